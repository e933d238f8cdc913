"""The figure of a sweep."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study import figures, tables
from study.figures import _style, sweep
from study.results import Results


def variants(**axes: list[object]) -> pd.DataFrame:
    """One row per variant, with accuracies that rise with the variant's number."""
    rows = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    table = pd.DataFrame(rows)
    table.insert(0, "experiment", "widths")
    table.insert(1, "variant", [f"v{place}" for place in range(len(rows))])
    return table.assign(seeds=2, accuracy=[place / len(rows) for place in range(len(rows))])


def test_two_axes_are_a_heat_map_in_order_of_numbers() -> None:
    table = variants(**{"parameters.units": [16, 4], "parameters.dropout": [0.1, 0.5, 0.3]})
    drawing = sweep.draw(table, tables.axes(table))
    heat = drawing.get_axes()[0]
    assert [text.get_text() for text in heat.get_xticklabels()] == ["4", "16"]
    assert [text.get_text() for text in heat.get_yticklabels()] == ["0.1", "0.3", "0.5"]
    cells = np.asarray(heat.collections[0].get_array()).reshape(3, 2)
    assert cells == pytest.approx(np.array([[3, 0], [5, 2], [4, 1]]) * 100 / 6)
    assert (heat.get_xlabel(), heat.get_ylabel()) == ("units", "dropout")


def test_one_axis_has_no_heat_map_and_three_take_means() -> None:
    drawing = sweep.draw(variants(a=[1, 2, 3]), ["a"])
    (only,) = drawing.get_axes()
    assert only.containers[0].lines[0].get_ydata() == pytest.approx([0, 100 / 3, 200 / 3])
    drawing = sweep.draw(variants(a=[1, 2, 3], b=["none", "2"], c=[5, 6]), ["a", "b", "c"])
    heat = drawing.get_axes()[0]
    cells = np.asarray(heat.collections[0].get_array()).reshape(3, 2)
    assert cells[0, 0] == pytest.approx(100 * (2 + 3) / 2 / 12), "the number is before none"
    assert cells[0, 1] == pytest.approx(100 * (0 + 1) / 2 / 12)


def test_thousands_of_values_stay_a_page(tmp_path: Path) -> None:
    drawing = sweep.draw(variants(a=list(range(1500)), b=[1, 2]), ["a", "b"])
    assert drawing.get_size_inches()[1] < 15
    _style.save(drawing, tmp_path / "figure")
    assert len(drawing.get_axes()[0].get_yticks()) <= 31
    assert (tmp_path / "figure.svg").stat().st_size < 500_000


def test_many_axes_are_wrapped() -> None:
    drawing = sweep.draw(variants(a=[1, 2], b=[1, 2], c=[1, 2], d=[1, 2], e=[1, 2]), list("abcde"))
    labels = [axes.get_xlabel() for axes in drawing.get_axes()]
    assert [label for label in labels if label in "abcde" and label][1:] == list("abcde")


def test_the_axes_are_those_between_variant_and_seeds(tmp_path: Path) -> None:
    table = variants(**{"parameters.units": [16, 4], "training.weight_decay": [0.1, None]})
    file = tmp_path / "variants.csv"
    tables.write(table, file)
    (picture,) = figures.pictures("sweep", Results({"sweeps": [str(file)]}))
    assert picture.name == "widths"
    assert picture.about == {"sweep": "widths"}
    assert "highest is 0.7500, at units 4, weight decay none" in picture.alt
    heat = picture.draw().get_axes()[0]
    labels = {text.get_text() for text in (*heat.get_xticklabels(), *heat.get_yticklabels())}
    assert labels == {"16", "4", "0.1", "none"}


def test_a_sweep_without_finished_runs_has_no_picture(tmp_path: Path) -> None:
    table = variants(a=[1, 2])[:0]
    file = tmp_path / "variants.csv"
    tables.write(table, file)
    assert list(figures.pictures("sweep", Results({"sweeps": [str(file)]}))) == []
