"""Numbers, durations and settings as a reader expects them."""

import json
import math

import pytest

from study import words
from study.report import formats


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.04, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (60, "1 min 00 s"),
        (119.4, "1 min 59 s"),
        (119.6, "2 min 00 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7170, "2 h 00 min"),
        (7169, "1 h 59 min"),
        (3_600_000, "1,000 h 00 min"),
        (math.nan, ""),
    ],
)
def test_a_duration_never_has_sixty_seconds_or_minutes(value: float, shown: str) -> None:
    assert words.seconds(value) == shown


def test_no_duration_at_all_has_sixty_seconds_or_minutes() -> None:
    for tenths in range(0, 80_000, 3):
        assert "60" not in words.seconds(tenths / 10).split()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (50.0, "50"),
        (1000, "1,000"),
        (0.1, "0.1"),
        (0.0, "0"),
        (1e-7, "1e-7"),
        (1e30, "1e+30"),
        (math.nan, ""),
        (None, ""),
        ("10", "10"),
        ("6 × 16", "6 × 16"),
        (True, "yes"),
    ],
)
def test_settings(value: object, shown: str) -> None:
    assert formats.setting(value) == shown


def test_published_values() -> None:
    assert formats.published({"rule": "within", "published": "0 100480"}) == "0 100,480"
    assert formats.published({"rule": "at_least", "published": "0.9"}) == "≥ 0.9"
    assert formats.published({"rule": "decreasing", "published": ""}).startswith("each less")
    assert formats.published({"rule": "increasing", "published": ""}).startswith("each more")


def test_a_limit_of_ours_is_called_ours() -> None:
    claim = {"rule": "at_most", "published": "1.05", "basis": "within 5 %; a judgement"}
    assert formats.demanded(claim) == "our limit: ≤ 1.05"
    assert formats.demanded({**claim, "basis": "as stated"}) == "published: ≤ 1.05"


def test_data_for_scripts_cannot_leave_its_element() -> None:
    text = formats.script_data({"a": "</script><b>&"})
    assert "<" not in text
    assert "&" not in text
    assert json.loads(text) == {"a": "</script><b>&"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        formats.script_data(math.nan)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.0051687", "0.0052"),
        ("0.0041234 to 0.01", "0.0041 to 0.01"),
        ("1.0e-6", "1e-06"),
        ("10", "10"),
        ("8.8192e-05", "8.8e-05"),
        ("nan", "none"),
    ],
)
def test_what_says_how_uncertain_numbers_are_has_two_digits(text: str, shown: str) -> None:
    assert formats.rough(text) == shown
