"""Figures of predictions: they show the tables' values, means over seeds included."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from small_figures_study import Rows, all_tables, results, run, who

from study import figures, tables
from study.figures import Picture, class_heatmap, confusion_matrix
from study.palette import colour


def pictures(name: str, folder: Path, runs: Rows, **more: pd.DataFrame) -> list[Picture]:
    """The pictures of a figure."""
    found = results(folder, all_tables(runs) | more)
    return list(figures.pictures(name, found))


def cells(axes: Any) -> np.ndarray:
    """The values of a heat map, as a flat array."""
    return np.ma.filled(axes.collections[0].get_array(), np.nan).ravel()


def test_confusion_matrix_shows_fractions_with_true_classes_downwards() -> None:
    fractions = np.array([[0.75, 0.25], [0.0, 1.0]])
    axes = confusion_matrix.draw(fractions, ["a", "b"]).axes[0]
    assert cells(axes).tolist() == [0.75, 0.25, 0.0, 1.0]
    assert axes.yaxis_inverted()
    assert [text.get_text() for text in axes.texts] == ["0.7500", "0.2500", "0.0000", "1.0000"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted class", "True class")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"]


def test_confusion_matrix_is_read_from_the_table_whatever_its_order() -> None:
    rows = [("a", "a", 0.75), ("b", "b", 1.0), ("a", "b", 0.25), ("b", "a", np.nan)]
    table = pd.DataFrame(rows, columns=["true", "predicted", "fraction"])
    fractions, names = confusion_matrix.matrix(table)
    assert names == ["a", "b"]
    np.testing.assert_array_equal(fractions, [[0.75, 0.25], [np.nan, 1.0]])


def test_confusion_matrix_of_many_classes_has_no_numbers() -> None:
    axes = confusion_matrix.draw(np.eye(100), [f"class {i}" for i in range(100)]).axes[0]
    assert not axes.texts
    assert len(axes.get_xticks()) == 25


def class_means(*values: tuple[str, str, float]) -> pd.DataFrame:
    """Rows of the table of class means, from variant, class and accuracy."""
    rows = [
        {"experiment": "e", "variant": v, "class_id": i, "class": c, "support": 20,
         "accuracy": a, "accuracy_low": a - 0.1, "accuracy_high": a + 0.05}
        for i, (v, c, a) in enumerate(values)
    ]  # fmt: skip
    return tables.arrange(pd.DataFrame(rows), "class_means")


def test_class_accuracy_is_the_table_sorted(tmp_path: Path) -> None:
    means = class_means(("a", "x", 0.8), ("a", "y", 0.3))
    (picture,) = pictures("class_accuracy", tmp_path, [run()], class_means=means)
    axes = picture.draw().axes[0]
    (dots,) = (line for line in axes.lines if line.get_marker() == "o")
    assert dots.get_xdata().tolist() == [0.3, 0.8]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["y", "x"]
    ends = [segment[:, 0].tolist() for segment in axes.collections[0].get_segments()]
    np.testing.assert_allclose(ends, [[0.2, 0.35], [0.7, 0.85]])
    assert [text.get_text() for text in axes.texts] == ["0.3000", "0.8000"]


def test_two_classes_of_equal_accuracy_are_both_there(tmp_path: Path) -> None:
    means = class_means(("a", "x", 0.9), ("a", "y", 0.9))
    (picture,) = pictures("class_accuracy", tmp_path, [run()], class_means=means)
    labels = picture.draw().axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == ["x", "y"]


def test_class_accuracy_shows_published_values(tmp_path: Path) -> None:
    claim = {"experiment": "e", "variant": "a", "measure": "class_accuracy",
             "published": "0.7 0.4", "reproduced": "yes"}  # fmt: skip
    scorecard = tables.arrange(pd.DataFrame([claim]), "scorecard")
    means = class_means(("a", "x", 0.8), ("a", "y", 0.3))
    (picture,) = pictures(
        "class_accuracy", tmp_path, [run()], class_means=means, scorecard=scorecard
    )
    (published,) = (x for x in picture.draw().axes[0].lines if x.get_marker() == "D")
    assert published.get_xdata().tolist() == [0.4, 0.7]


def test_many_classes_are_cut_to_the_worst_and_the_note_says_so(tmp_path: Path) -> None:
    means = class_means(*(("a", f"c{i}", 0.5 + i / 200) for i in range(50)))
    (picture,) = pictures("class_accuracy", tmp_path, [run()], class_means=means)
    assert picture.note == "The 30 classes with the lowest accuracy."
    labels = [label.get_text() for label in picture.draw().axes[0].get_yticklabels()]
    assert labels == [f"c{i}" for i in range(30)]


def test_reliability_draws_the_bins(tmp_path: Path) -> None:
    rows = [(0.6, 1.0, 10.0, 0.9, 1.0), (0.65, 0.0, 10.0, 0.0, 0.3), (0.95, 1.0, 40.0, 0.9, 1.0)]
    table = pd.DataFrame(
        rows, columns=["confidence", "accuracy", "examples", "accuracy_low", "accuracy_high"]
    ).assign(experiment="e", variant="a")
    (picture,) = pictures(
        "reliability", tmp_path, [run()], reliability=tables.arrange(table, "reliability")
    )
    axes = picture.draw().axes[0]
    dots = axes.collections[-1]
    np.testing.assert_allclose(dots.get_offsets(), [[0.6, 1.0], [0.65, 0.0], [0.95, 1.0]])
    sizes = dots.get_sizes() - 12
    np.testing.assert_allclose(sizes / sizes[0], [1, 1, 4])
    bars = [segment[:, 1].tolist() for segment in axes.collections[0].get_segments()]
    assert bars == [[0.9, 1.0], [0.0, 0.3], [0.9, 1.0]]


def test_with_several_seeds_the_calibration_error_is_that_of_the_tables(tmp_path: Path) -> None:
    runs = [run(calibration_error=0.1), run(seed=1, calibration_error=0.3)]
    (picture,) = pictures("reliability", tmp_path, runs)
    assert picture.draw().axes[0].get_title(loc="left") == "a\nECE 0.2000"
    assert "a 0.2000" in picture.alt


def first_labels(drawing: Figure) -> list[str]:
    """The first text of each panel."""
    return [panel.texts[0].get_text() for panel in drawing.axes]


def test_mistakes_show_image_classes_and_confidence(tmp_path: Path) -> None:
    runs = [run(variant="v"), run(variant="w", place=1)]
    table = all_tables(runs)["mistakes"]
    table = table[table["variant"] == "v"].assign(true="a", predicted="b")
    (picture,) = pictures("mistakes", tmp_path, runs, mistakes=table)
    drawing = picture.draw()
    assert first_labels(drawing) == ["a → b\n0.987", "no mistake"]
    shown = np.asarray(drawing.axes[0].images[0].get_array())
    assert [(shown == value).sum() for value in (20, 110)] == [49, 49]  # images 2 and 11
    assert [panel.title.get_text() or panel.get_title(loc="left") for panel in drawing.axes] == [
        "v",
        "w",
    ]


def test_mistakes_of_long_class_names_take_three_lines(tmp_path: Path) -> None:
    runs = [run(dataset="clothes")]
    (picture,) = pictures("mistakes", tmp_path, runs)
    assert first_labels(picture.draw()) == ["shirt\n→ coat\n0.987"]


def test_mistakes_are_of_the_first_finished_seed_and_of_its_split(tmp_path: Path) -> None:
    part = {"splits.test": "test[3:]"}
    runs = [run(seed=0, status="missing"), run(seed=1, **part), run(seed=2, **part)]
    rows = [
        {**who(row), "rank": 0, "index": row["seed"], "true": "0", "predicted": "1",
         "confidence": 0.5}
        for row in runs[1:]
    ]  # fmt: skip
    table = tables.arrange(pd.DataFrame(rows), "mistakes")
    (picture,) = pictures("mistakes", tmp_path, runs, mistakes=table)
    shown = np.asarray(picture.draw().axes[0].images[0].get_array())
    assert sorted(set(shown.ravel())) == [0, 40]  # image 1 of test[3:] is image 4 of test


def test_heatmap_holds_the_mean_of_each_class(tmp_path: Path) -> None:
    means = class_means(("a", "x", 0.85))
    (picture,) = pictures("class_heatmap", tmp_path, [run()], class_means=means)
    axes = picture.draw().axes[0]
    assert [text.get_text() for text in axes.texts] == ["85.0"]
    np.testing.assert_allclose(cells(axes), [0.15])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["e: a"]


def test_heatmap_leaves_a_class_without_examples_empty() -> None:
    table = pd.DataFrame([[0.5, np.nan], [1.0, 0.25]], index=["a", "b"], columns=["x", "y"])
    axes = class_heatmap.draw([table]).axes[0]
    assert [text.get_text() for text in axes.texts] == ["50.0", "100.0", "25.0"]


def test_comparison_draws_every_run(tmp_path: Path) -> None:
    runs = [run("a", accuracy=0.93), run("b", accuracy=0.95)]
    (picture,) = pictures("comparison", tmp_path, runs)
    axes = picture.draw().axes
    assert len(axes) == 3
    for panel, cost in zip(axes, (100, 2, 5000), strict=True):
        marks = [container.lines[0].get_xydata()[0] for container in panel.containers]
        np.testing.assert_allclose(marks, [[cost, 0.07], [cost, 0.05]])
        colours = [container.lines[0].get_color() for container in panel.containers]
        assert colours == [colour(0), colour(1)]
