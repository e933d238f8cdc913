"""Figures of predictions: they show the tables' values, means over seeds included."""

from pathlib import Path
from typing import Any

import matplotlib.colors
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


def test_confusion_matrix_colours_the_errors_with_true_classes_downwards() -> None:
    axes = confusion_matrix.draw(np.array([[1500, 500], [0, 7]]), ["a", "b"]).axes[0]
    np.testing.assert_array_equal(cells(axes), [np.nan, 0.25, np.nan, np.nan])
    assert len(axes.patches) == 2, "the diagonal has its own colour"
    assert axes.yaxis_inverted()
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {(0.5, 0.5): "1,500\n0.750", (1.5, 0.5): "500", (1.5, 1.5): "7\n1.000"}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted class", "True class")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"]


def test_confusion_matrix_of_a_class_without_examples() -> None:
    axes = confusion_matrix.draw(np.array([[4, 0], [0, 0]]), ["a", "b"]).axes[0]
    assert [text.get_text() for text in axes.texts] == ["4\n1.000"]


def test_confusion_matrix_is_read_from_the_table_whatever_its_order() -> None:
    rows = [("a", "a", 3), ("b", "b", 4), ("a", "b", 1), ("b", "a", 0)]
    table = pd.DataFrame(rows, columns=["true", "predicted", "count"])
    counts, names = confusion_matrix.matrix(table)
    assert names == ["a", "b"]
    np.testing.assert_array_equal(counts, [[3, 1], [0, 4]])
    both, _ = confusion_matrix.matrix(pd.concat([table.assign(seed=0), table.assign(seed=1)]))
    np.testing.assert_array_equal(both, 2 * counts)


def test_confusion_matrix_of_many_classes_has_no_numbers() -> None:
    counts = np.eye(100, dtype=int)
    axes = confusion_matrix.draw(counts, [f"class {i}" for i in range(100)]).axes[0]
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


def test_doubtful_labels_have_each_networks_prediction_below_their_image(tmp_path: Path) -> None:
    runs = [run(variant="a", seed=1), run(variant="a", seed=2), run(variant="b", place=1)]
    runs += [run("clothes", dataset="clothes")]
    digits, clothes = pictures("doubtful_labels", tmp_path, runs)
    assert (digits.name, clothes.name) == ("digits", "clothes")
    assert digits.about == {"dataset": "digits"}
    assert "2 test images of The digits" in digits.alt
    drawing = digits.draw()
    (axes,) = drawing.axes
    shown = [inset.images[0].get_array()[0, 0] for inset in axes.child_axes]
    assert shown == [20, 80], "the images of these places"
    texts = [text.get_text() for text in axes.texts]
    assert texts[:4] == ["0 (2)", "1 (3)", "0 (2)", "1 (3)"]
    assert texts[6:] == ["Title of e: a", "0", "1", "Title of e: b", "0", "1"], "one seed each"
    white, blue = (matplotlib.colors.to_hex(patch.get_facecolor()) for patch in axes.patches[:2])
    assert (white, blue) == ("#ffffff", "#9cc7e8")


def test_without_doubtful_labels_there_is_no_picture(tmp_path: Path) -> None:
    nothing = all_tables([run()])["doubtful"][:0]
    assert pictures("doubtful_labels", tmp_path, [run()], doubtful=nothing) == []


def comparison(variant: str, other: str, difference: float, verdict: str) -> dict[str, Any]:
    who = {"experiment": "e", "variant": variant, "other_experiment": "e", "other_variant": other}
    ends = {"difference_low": difference - 0.15, "difference_high": difference + 0.15}
    return {"dataset_title": "Digits", **who, "difference": difference, **ends, "verdict": verdict}


def test_comparisons_stand_on_either_side_of_the_diagonal_the_best_on_top(tmp_path: Path) -> None:
    accuracies = [("a", 0.8), ("b", 0.9), ("c", 0.7)]
    runs = [run(variant=name, place=place, accuracy=accuracy)
            for place, (name, accuracy) in enumerate(accuracies)]  # fmt: skip
    rows = [comparison("a", "b", -0.1, "worse"), comparison("a", "c", 0.1, ""),
            comparison("b", "c", 0.2, "better")]  # fmt: skip
    table = tables.arrange(pd.DataFrame(rows), "comparisons")
    (picture,) = pictures("pairwise", tmp_path, runs, comparisons=table)
    axes = picture.draw().axes[0]
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == ["1  Title of e: b", "2  Title of e: a", "3  Title of e: c"]
    texts = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axes.texts}
    assert texts == {
        (0, 1): "+10.00", (1, 0): "-10.00", (0, 2): "+20.00",
        (2, 0): "-20.00", (1, 2): "+10.00", (2, 1): "-10.00",
    }  # fmt: skip
    coloured = axes.images[0].get_array()
    np.testing.assert_allclose(coloured, [[0, 10, 20], [-10, 0, 0], [-20, 0, 0]])
    certain = {(t.get_position()[1], t.get_position()[0]): t.get_color() for t in axes.texts}
    assert {place for place, text in certain.items() if text == "black"} == {(0, 2), (2, 0)}


def test_robustness_has_a_panel_per_corruption_and_a_line_per_variant(tmp_path: Path) -> None:
    runs = [run(variant="a"), run(variant="a", seed=1), run(variant="b", place=1)]
    (picture,) = pictures("robustness", tmp_path, runs)
    panels = [panel for panel in picture.draw().axes if panel.axison]
    assert [panel.get_title(loc="left") for panel in panels] == ["Blur (pixels)", "Noise"]
    for panel in panels:
        assert [line.get_color() for line in panel.lines] == [colour(0), colour(1)]
        np.testing.assert_allclose(panel.lines[0].get_ydata(), [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
        ticks = [tick.get_text() for tick in panel.get_xticklabels()]
        assert ticks == ["none", "1", "2", "3", "4", "5"]


def test_without_scores_under_corruptions_there_is_no_picture(tmp_path: Path) -> None:
    nothing = all_tables([run()])["robustness"][:0]
    assert pictures("robustness", tmp_path, [run()], robustness=nothing) == []


def test_class_accuracy_of_many_variants_is_a_heat_map(tmp_path: Path) -> None:
    values = [(f"v{v}", name, v / 10 + n / 100) for v in range(6) for n, name in enumerate("xy")]
    runs = [run("e", f"v{v}", place=v) for v in range(6)]
    (picture,) = pictures("class_accuracy", tmp_path, runs, class_means=class_means(*values))
    assert picture.size == "broad"
    axes = picture.draw().axes[0]
    np.testing.assert_allclose(cells(axes), [1 - accuracy for _, _, accuracy in values])
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [f"v{v}" for v in range(6)]
    few = [row for row in values if row[0] < "v5"]
    (picture,) = pictures("class_accuracy", tmp_path, runs[:5], class_means=class_means(*few))
    assert picture.size == ""
