"""Accuracy against size."""

from pathlib import Path

import pandas as pd
import pytest
from small_figures_study import all_tables, results, run

from study import figures


def test_the_curve_has_a_point_per_variant_and_a_cross_per_known_result(tmp_path: Path) -> None:
    runs = [
        run("e", "small", 0, accuracy=0.90, parameter_count=1000),
        run("e", "small", 1, accuracy=0.94, parameter_count=1000),
        run("e", "tiny", 0, place=1, accuracy=0.80, parameter_count=500),
    ]
    made = all_tables(runs)
    known = {"experiment": "e", "what": "theirs", "accuracy": 0.93, "source": "a paper"}
    made["known"] = pd.DataFrame([{**known, "parameters": 2000}, {**known, "parameters": None}])
    (picture,) = figures.pictures("size_frontier", results(tmp_path, made))
    assert picture.about == {"experiment": "e"}
    assert "from 0.8000 with 500 to 0.9200 with 1,000" in picture.alt
    (axes,) = picture.draw().axes
    lines = {line.get_marker(): line for line in axes.lines}
    assert list(lines["o"].get_xdata()) == [500, 1000]
    assert lines["o"].get_ydata() == pytest.approx([0.2, 0.08])
    assert list(lines["x"].get_xdata()) == [2000]
    assert lines["x"].get_ydata() == pytest.approx([0.07])


def test_a_single_network_is_a_square_in_the_curve_of_its_dataset(tmp_path: Path) -> None:
    runs = [
        run("curve", "small", accuracy=0.90, parameter_count=1000),
        run("curve", "tiny", place=1, accuracy=0.80, parameter_count=500),
        run("alone", "default", place=2, accuracy=0.95, parameter_count=700),
        run("elsewhere", "default", place=3, parameter_count=900, dataset="clothes"),
    ]
    made = all_tables(runs)
    known = {"what": "theirs", "parameters": 2000, "source": "a paper"}
    made["known"] = pd.DataFrame(
        [
            {**known, "experiment": "alone", "accuracy": 0.93},
            {**known, "experiment": "elsewhere", "accuracy": 0.99},
        ]
    )
    (picture,) = figures.pictures("size_frontier", results(tmp_path, made))
    assert picture.about == {"experiment": "curve"}
    (axes,) = picture.draw().axes
    lines = {line.get_marker(): line for line in axes.lines}
    assert list(lines["o"].get_xdata()) == [500, 1000]
    assert list(lines["s"].get_xdata()) == [700]
    assert lines["s"].get_ydata() == pytest.approx([0.05])
    assert lines["x"].get_ydata() == pytest.approx([0.07])


def test_an_experiment_that_asks_something_else_has_no_picture(tmp_path: Path) -> None:
    made = all_tables([run("e", "small")])
    made["experiments"]["frontier"] = "best"
    assert list(figures.pictures("size_frontier", results(tmp_path, made))) == []
