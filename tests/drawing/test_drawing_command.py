"""Which models `make draw` puts onto one page."""

from dataclasses import replace

import pytest

from study.drawing.command import together
from study.prediction.classifiers import Classifier


def unused() -> None:
    raise AssertionError


MODEL = Classifier("e/a", "A", "Set", "ab", (28, 28, 1), "plain", 0.9, unused, unused)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"dataset_title": "Other"}, {"class_names": "abc"}, {"input_shape": (8, 8, 1)}]
)
def test_a_page_has_models_of_the_same_images_and_classes(change: dict[str, object]) -> None:
    """An experiment's variants can differ in their dataset."""
    other = replace(MODEL, name="e/b", **change)  # type: ignore[arg-type]
    third = replace(MODEL, name="f/c", **change)  # type: ignore[arg-type]
    fourth = replace(MODEL, name="e/d")
    pages = together([MODEL, other, third, fourth])
    assert pages == {"e": [MODEL, fourth], "e-2": [other, third]}
