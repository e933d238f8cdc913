"""Training curves and single curves: the lines are the tables' values."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_figures_study import Rows, all_tables, history, results, run

from study import figures, tables
from study.figures import Picture
from study.palette import colour


def pictures(name: str, folder: Path, runs: Rows, histories: Rows, **more: Any) -> list[Picture]:
    """The pictures of a figure."""
    made = all_tables(runs, histories) | more
    return list(figures.pictures(name, results(folder, made)))


def points(axes: Any) -> list[list[tuple[float, float]]]:
    """The lines of some axes as points."""
    return [[tuple(point) for point in line.get_xydata()] for line in axes.lines]


def test_training_curves_are_the_history_with_a_band_over_seeds(tmp_path: Path) -> None:
    runs = [run(), run(seed=1)]
    values = [[(1.0, 0.5), (0.5, 0.75)], [(2.0, 0.5), (1.5, 0.25)]]
    histories = [
        row
        for each, seed in zip(runs, values, strict=True)
        for row in history(each, *({"loss": loss, "accuracy": right} for loss, right in seed))
    ]
    (picture,) = pictures("training_curves", tmp_path, runs, histories)
    loss, accuracy = picture.draw().axes
    assert points(loss) == [[(1, 1.5), (2, 1.0)]]
    assert points(accuracy) == [[(1, 0.5), (2, 0.5)]]
    band = loss.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.5, 2.0)
    assert (
        "bands reach from the lowest to the highest seed"
        in figures.about("training_curves")["CAPTION"]
    )


def test_a_missing_variant_does_not_change_the_others_colours(tmp_path: Path) -> None:
    runs = [run(variant="x", status="missing"), run(variant="y", place=1)]
    histories = history(runs[1], {"loss": 1.0, "accuracy": 0.5})
    (picture,) = pictures("training_curves", tmp_path, runs, histories)
    assert {line.get_color() for line in picture.draw().axes[0].lines} == {colour(1)}
    assert "x" not in picture.alt.split(": ")[1]


def test_a_longer_run_does_not_hide_the_shorter_one_that_it_continues(tmp_path: Path) -> None:
    runs = [run(variant="short"), run(variant="long", place=1)]
    point = {"loss": 1.0, "accuracy": 0.5}
    histories = history(runs[0], point) + history(runs[1], point, point)
    (picture,) = pictures("training_curves", tmp_path, runs, histories)
    assert [len(line) for line in points(picture.draw().axes[0])] == [2, 1]


def test_variants_may_differ_in_validation_and_in_counting_steps(tmp_path: Path) -> None:
    runs = [
        run(variant="plain", **{"splits.validation": ""}),
        run(variant="validated", place=1),
        run(variant="logged", place=2, **{"splits.validation": ""}),
    ]
    histories = (
        history(runs[0], {"loss": 1.0, "accuracy": 0.5})
        + history(runs[1], {"loss": 0.8, "accuracy": 0.6, "val_loss": 0.9, "val_accuracy": 0.4})
        + history(runs[2], {"loss": 0.7, "accuracy": 0.6, "batch_accuracy": 0.9})
    )
    (picture,) = pictures("training_curves", tmp_path, runs, histories)
    loss, accuracy = picture.draw().axes
    assert loss.get_xlabel() == accuracy.get_xlabel() == "Step"
    assert points(loss) == [[(5, 1.0)], [(5, 0.8)], [(5, 0.9)], [(5, 0.7)]]
    assert points(accuracy) == [[(5, 0.5)], [(5, 0.6)], [(5, 0.4)], [(5, 0.9)]]
    assert [line.get_linestyle() for line in loss.lines] == ["-", "-", "--", "-"]
    assert "the next training batch" in picture.note

    wanted = tables.arrange(
        pd.DataFrame(
            [
                {"experiment": "e", "curve": "batch", "column": "batch_accuracy"},
                {"experiment": "e", "curve": "val", "column": "val_loss"},
            ]
        ),
        "curves",
    )
    batch, validation = pictures("curves", tmp_path, runs, histories, curves=wanted)
    assert points(batch.draw().axes[0]) == [[(5, 0.9)]]
    assert points(validation.draw().axes[0]) == [[(5, 0.9)]]
    assert "logged" in batch.alt
    assert "logged" not in validation.alt


def test_a_loss_that_is_not_finite_is_left_out(tmp_path: Path) -> None:
    runs = [run()]
    histories = history(runs[0], {"loss": 1.0, "accuracy": 0.5}, {"loss": float("inf")})
    (picture,) = pictures("training_curves", tmp_path, runs, histories)
    assert points(picture.draw().axes[0]) == [[(1, 1.0)]]


def test_curves_are_the_column_in_the_range_of_the_config(tmp_path: Path) -> None:
    runs = [run(variant="a"), run(variant="b", place=1)]
    histories = history(runs[0], {"val_loss": 0.5}, {"val_loss": 0.25})
    histories += history(runs[1], {"val_loss": 1.0}, {"val_loss": 0.75})
    row = {"experiment": "e", "curve": "low_loss", "column": "val_loss", "low": 0.05, "high": 0.3}
    wanted = tables.arrange(pd.DataFrame([row]), "curves")
    (picture,) = pictures("curves", tmp_path, runs, histories, curves=wanted)
    assert picture.name == "e/low_loss"
    assert picture.note == "Low loss. The vertical axis goes from 0.05 to 0.3."
    (axes,) = picture.draw().axes
    assert points(axes) == [[(1, 0.5), (2, 0.25)], [(1, 1.0), (2, 0.75)]]
    assert [line.get_color() for line in axes.lines] == [colour(0), colour(1)]
    assert axes.get_ylim() == (0.05, 0.3)
    assert "Test split, watched" in axes.get_ylabel()


def test_without_a_range_the_note_names_none(tmp_path: Path) -> None:
    runs = [run()]
    (picture,) = pictures("curves", tmp_path, runs, history(runs[0], {"val_loss": 0.5}))
    assert picture.note == "Val."


@pytest.mark.parametrize(("reproduced", "drawn"), [("no", True), ("not comparable", False)])
def test_published_values_are_points(tmp_path: Path, reproduced: str, drawn: bool) -> None:
    runs = [run(variant="default")]
    claim = {"experiment": "e", "variant": "", "measure": "series", "published": "0.9 0.4",
             "reproduced": reproduced}  # fmt: skip
    scorecard = tables.arrange(pd.DataFrame([claim]), "scorecard").assign(column="loss", epochs="")
    histories = history(runs[0], {"loss": 1.0, "accuracy": 0.5}, {"loss": 0.5, "accuracy": 0.5})
    (picture,) = pictures("training_curves", tmp_path, runs, histories, scorecard=scorecard)
    lines = points(picture.draw().axes[0])
    assert lines[0] == [(1, 1.0), (2, 0.5)]
    assert lines[1:] == ([[(1, 0.9), (2, 0.4)]] if drawn else [])


def test_each_variant_has_its_panel_with_its_gap(tmp_path: Path) -> None:
    runs = [run("e", name, place=place) for place, name in enumerate("abcd")]
    made = all_tables(runs)
    found = results(tmp_path, made)
    (picture,) = figures.pictures("variant_curves", found)
    panels = [axes for axes in picture.draw().axes if axes.get_visible()]
    assert [panel.get_title(loc="left") for panel in panels] == list("abcd")
    history = made["histories"]
    for name, panel in zip("abcd", panels, strict=True):
        own = history[history["variant"] == name]
        shown = {tuple(line.get_ydata()) for line in panel.lines}
        assert tuple(own["accuracy"]) in shown
        assert tuple(own["val_accuracy"]) in shown
        assert len(panel.collections) == 1, "the gap"
    alone = results(tmp_path / "alone", all_tables([run()]))
    assert not list(figures.pictures("variant_curves", alone))
