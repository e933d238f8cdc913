"""The figure of the scorecard: distances of published numbers from ours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_figures_study import all_tables, results, run

from study import figures, tables
from study.figures import scorecard

CLAIM = {
    "tutorial": "S1", "claim": "Accuracy .9 (in words)", "experiment": "e", "variant": "a",
    "measure": "test_accuracy", "rule": "prediction", "published": "0.9", "ours": "0.88",
    "deviation": "0.01", "interval_low": "0.84", "interval_high": "0.92", "check": "",
    "reproduced": "yes",
}  # fmt: skip
NEAR = CLAIM
FAR = {**CLAIM, "claim": "Far", "published": "0.5 0.88", "ours": "0.88 0.88", "deviation": "0.02 0",
       "interval_low": "0.84 0.87", "interval_high": "0.92 0.89", "reproduced": "no"}  # fmt: skip
SAME = {**CLAIM, "claim": "Same", "published": "0.88", "interval_low": "0.88",
        "interval_high": "0.88", "deviation": "0"}  # fmt: skip
LEFT_OUT = [
    {**CLAIM, "check": "yes"},
    {**CLAIM, "reproduced": "missing"},
    {**CLAIM, "interval_low": "", "interval_high": ""},
    {**CLAIM, "rule": "within", "interval_low": "0.88", "interval_high": "0.88"},
]


def table(*claims: dict[str, str]) -> pd.DataFrame:
    return tables.arrange(pd.DataFrame(claims), "scorecard")


def test_distances_are_in_halves_of_the_interval_the_farthest_first() -> None:
    far, near, same = scorecard.measured(table(NEAR, SAME, FAR, *LEFT_OUT))
    assert (far.label, near.label, same.label) == ("S1: Far", "S1: Accuracy .9", "S1: Same")
    assert near.distances == pytest.approx([0.5])
    assert near.deviation == pytest.approx(0.25)
    assert far.distances == pytest.approx([-9.5, 0])
    assert far.deviation == pytest.approx(0.5), "of the value that is farthest off"
    assert same.distances.tolist() == [0]
    assert same.deviation == 0


def test_an_exact_number_that_is_missed_is_infinitely_far_off() -> None:
    (claim,) = scorecard.measured(table({**SAME, "published": "0.9", "reproduced": "no"}))
    assert claim.distances.tolist() == [np.inf]
    scorecard.draw([claim])


def test_one_diamond_per_number_and_what_is_too_far_at_the_edge(tmp_path: Path) -> None:
    made = all_tables([run()])
    made["scorecard"] = table(NEAR, SAME, FAR)
    found = results(tmp_path, made)
    (picture,) = figures.pictures("scorecard", found)
    axes = picture.draw().axes[0]
    marks = [line for line in axes.lines if line.get_marker() in ("D", "<", ">")]
    assert len(marks) == 4
    (edge,) = [line for line in marks if line.get_marker() == "<"]
    assert edge.get_xdata() == [-scorecard.FARTHEST]
    assert [text.get_text() for text in axes.texts] == ["-9.5"]
    assert "claims: 3" in picture.alt
    assert "1 is too far" in picture.alt


def test_without_such_claims_there_is_no_picture(tmp_path: Path) -> None:
    made = all_tables([run()])
    made["scorecard"] = table(*LEFT_OUT)
    assert list(figures.pictures("scorecard", results(tmp_path, made))) == []
