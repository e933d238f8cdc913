"""Figures: what is drawn is what the tables and arrays say."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

import plot_activation_functions
import plot_class_accuracy
import plot_class_heatmap
import plot_comparison
import plot_confusion_matrices
import plot_curves
import plot_dropped_features
import plot_feature_maps
import plot_features
import plot_first_convolution
import plot_kernels
import plot_mistakes
import plot_pooling
import plot_reliability
import plot_softmax
import plot_sweep
import plot_training_curves
import plot_truncated_normal
import plot_window_sums
import plot_wireframes
from study import calibration, style


def lines(axes) -> dict[str, list[tuple[float, float]]]:
    """The labelled lines of some axes, as points."""
    return {line.get_label(): [tuple(point) for point in line.get_xydata()] for line in axes.lines}


# Colours ------------------------------------------------------------------------------------------


def test_a_variants_colour_is_its_place_in_the_config() -> None:
    places = style.positions({"a": ["x", "y"], "b": ["y"]})
    assert places == {("a", "x"): 0, ("a", "y"): 1, ("b", "y"): 0}
    histories = {"y": [np.array([(0, 1, 1.0, 0.5)], dtype=HISTORY)]}
    drawing = plot_training_curves.draw(histories, {"x": 0, "y": 1}, None)
    assert {line.get_color() for line in drawing.axes[0].lines} == {style.colour(1)}


# Tables -------------------------------------------------------------------------------------------

HISTORY = [("epoch", float), ("step", float), ("loss", float), ("accuracy", float)]


def test_training_curves_are_the_history_with_a_band_over_seeds() -> None:
    seeds = [np.array([(0, 5, 1.0, 0.5), (1, 10, 0.5, 0.75)], dtype=HISTORY)]
    seeds.append(np.array([(0, 5, 2.0, 0.5), (1, 10, 1.5, 0.25)], dtype=HISTORY))
    drawing = plot_training_curves.draw({"v": seeds}, {"v": 0}, None)
    loss, accuracy = drawing.axes
    assert loss.lines[0].get_xydata().tolist() == [[1, 1.5], [2, 1.0]]
    assert accuracy.lines[0].get_ydata().tolist() == [0.5, 0.5]
    band = loss.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.5, 2.0)


def test_curves_are_the_column_in_the_range_of_the_config() -> None:
    rows = [
        {"variant": v, "epoch": str(e), "step": "0", "val_loss": str(x)}
        for v, e, x in (("a", 0, 0.5), ("a", 1, 0.25), ("b", 0, 1.0), ("b", 1, 0.75))
    ]
    points = plot_curves.points_of(rows, "val_loss", by_step=False)
    colours = {"a": "red", "b": "blue"}
    drawing = plot_curves.draw(points, colours, "val_loss", [0.05, 0.3], False, "test")
    axes = drawing.axes[0]
    assert lines(axes) == {"a": [(1, 0.5), (2, 0.25)], "b": [(1, 1.0), (2, 0.75)]}
    assert axes.get_ylim() == (0.05, 0.3)
    assert "Test split, watched" in axes.get_ylabel()


def test_confusion_matrix_shows_shares_with_true_classes_downwards() -> None:
    shares = np.array([[0.75, 0.25], [0.0, 1.0]])
    axes = plot_confusion_matrices.draw(shares, ["a", "b"]).axes[0]
    assert (axes.images[0].get_array() == shares).all()
    assert [text.get_text() for text in axes.texts] == ["0.7500", "0.2500", "0.0000", "1.0000"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted class", "True class")


def test_class_accuracy_is_sorted_and_pools_seeds() -> None:
    rows = [
        {"experiment": "e", "variant": "v", "class": c, "support": "10", "accuracy": str(a)}
        for c, a in (("x", 0.9), ("y", 0.5), ("x", 0.7), ("y", 0.1))
    ]
    counts = plot_class_accuracy.counts_of(rows)
    assert counts["e"]["v"] == {"x": (16, 20), "y": (6, 20)}
    axes = plot_class_accuracy.draw(counts["e"], {"v": "red"}).axes[0]
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == [0.3, 0.8]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["y", "x"]


def test_two_classes_of_equal_accuracy_are_both_there() -> None:
    axes = plot_class_accuracy.draw({"v": {"x": (9, 10), "y": (9, 10)}}, {"v": "red"}).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "y"]


def test_reliability_draws_the_bins() -> None:
    table = calibration.reliability(np.array([0.6, 0.61, 0.95]), np.array([True, False, True]))
    axes = plot_reliability.draw({"v": table}, {"v": "red"}).axes[0]
    dots = axes.collections[-1].get_offsets()
    np.testing.assert_allclose(dots, [[0.6, 1.0], [0.61, 0.0], [0.95, 1.0]])
    error = calibration.expected_calibration_error(table)
    assert f"ECE {error:.4f}" in axes.get_title(loc="left")


def test_mistakes_show_image_classes_and_confidence() -> None:
    images = np.zeros((3, 4, 4, 1), np.uint8)
    images[2] = 200
    row = {"index": "2", "true": "a", "predicted": "b", "confidence": "0.987"}
    axes = plot_mistakes.draw({"v": [row], "w": []}, {"v": images}, {"v": "red", "w": "red"}).axes
    assert axes[0].texts[0].get_text() == "a\n→ b\n0.987"
    assert (np.asarray(axes[0].images[0].get_array()) == 200).sum() == 16
    assert axes[1].texts[0].get_text() == "no mistake"


def test_comparison_draws_every_run() -> None:
    base = {"accuracy_low": "0.9", "accuracy_high": "0.96", "dataset_title": "D"}
    costs = {"parameters": "100", "train_seconds": "2", "images_seen": "5000"}
    runs = [
        {**base, **costs, "experiment": name, "accuracy": accuracy}
        for name, accuracy in (("a", "0.93"), ("b", "0.95"))
    ]
    axes = plot_comparison.draw(runs, ["a", "b"]).axes
    for panel, cost in zip(axes, costs.values(), strict=True):
        points = [container.lines[0].get_xydata()[0] for container in panel.containers]
        expected = [[float(cost), 0.07], [float(cost), 0.05]]
        np.testing.assert_allclose(points, expected)


def test_heatmap_holds_the_mean_of_each_class() -> None:
    rows = [
        {"experiment": "e", "variant": "v", "class": "x", "accuracy": a} for a in ("0.8", "0.9")
    ]
    tables = plot_class_heatmap.tables_of(rows)
    axes = plot_class_heatmap.draw(tables).axes[0]
    assert [text.get_text() for text in axes.texts] == ["85.0"]
    np.testing.assert_allclose(np.asarray(axes.images[0].get_array()), [[0.15]])


# Functions ----------------------------------------------------------------------------------------


@pytest.fixture
def functions(tmp_path: Path) -> plot_activation_functions.Functions:
    x = np.linspace(-10, 10, 401)
    vector = np.linspace(-4, 4, 201)
    table = {name: (x, np.tanh(x)) for name in plot_activation_functions.NINE}
    table["relu"] = (x, np.maximum(x, 0))
    table["softmax"] = (vector, np.exp(vector) / np.exp(vector).sum())
    four = np.array([2.0, -1.0, 1.0, 1.0])
    table["softmax_of_four"] = (four, np.exp(four) / np.exp(four).sum())
    with (tmp_path / "f.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["function", "x", "y"])
        writer.writerows([n, *p] for n, xy in table.items() for p in zip(*xy, strict=True))
    return plot_activation_functions.read(str(tmp_path / "f.csv"))


def test_all_nine_activations_are_drawn(functions: plot_activation_functions.Functions) -> None:
    axes = plot_activation_functions.gallery(functions).axes
    assert [panel.get_title(loc="left") for panel in axes] == list(plot_activation_functions.NINE)
    curve = axes[0].lines[-1].get_xydata()
    np.testing.assert_allclose(curve[:, 1], np.maximum(curve[:, 0], 0))


def test_relu_and_sigmoid_have_the_published_ranges(
    functions: plot_activation_functions.Functions,
) -> None:
    axes = plot_activation_functions.relu_and_sigmoid(functions).axes
    assert [panel.get_ylim() for panel in axes] == [(-1, 12), (-0.2, 1.2)]
    assert [panel.get_xlim() for panel in axes] == [(-10, 10)] * 2
    alone = plot_activation_functions.relu(functions).axes[0].lines[-1].get_xdata()
    assert (alone.min(), alone.max()) == (-2, 2)


def test_softmax_bars_carry_the_published_values(
    functions: plot_activation_functions.Functions,
) -> None:
    logits, shares = plot_softmax.bars(functions).axes
    assert [text.get_text() for text in logits.texts] == ["2", "-1", "1", "1"]
    assert [text.get_text() for text in shares.texts] == ["0.56", "0.03", "0.21", "0.21"]
    line = plot_softmax.line(functions).axes[0].lines[0].get_ydata()
    assert len(line) == 201
    assert line.sum() == pytest.approx(1)


def test_histogram_counts_every_draw() -> None:
    draws = np.random.default_rng(0).uniform(-0.2, 0.2, 5000).astype(np.float32)
    axes = plot_truncated_normal.draw(draws, 0.1).axes[0]
    assert sum(bar.get_height() for bar in axes.patches) == 5000


# Inside a network ---------------------------------------------------------------------------------


@pytest.fixture
def recorded() -> tuple[dict[str, np.ndarray], dict]:
    """Arrays like those that `record_activations.py` stores."""
    generator = np.random.default_rng(0)
    arrays = {
        "image": generator.random((8, 8, 1), np.float32),
        "before_activation": generator.standard_normal((8, 8, 3)).astype(np.float32),
        "maps_0": generator.random((8, 8, 3), np.float32),
        "maps_1": generator.random((4, 4, 3), np.float32),
        "kernels_0": generator.standard_normal((5, 5, 1, 3)).astype(np.float32),
        "features": np.array([0, 1, 2, 3], np.float32),
        "dropped_0": np.array([0, 1, 2, 3], np.float32),
        "dropped_1": np.array([0, 2, 0, 6], np.float32),
    }
    layers = [
        {"name": "conv", "type": "Conv2D", "activation": "relu", "shape": [8, 8, 3]},
        {"name": "pool", "type": "MaxPooling2D", "activation": "", "shape": [4, 4, 3]},
    ]
    about = {"index": 4, "class": "<b>", "layers": layers, "keep": [1.0, 0.5]}
    return arrays, about


def tiles(axes, size: int) -> list[np.ndarray]:
    """The images of a mosaic with one pixel in between, in reading order."""
    canvas = np.ma.filled(axes.images[0].get_array(), np.nan)
    rows, columns = ((n + 1) // (size + 1) for n in canvas.shape)
    return [
        canvas[r * (size + 1) : r * (size + 1) + size, c * (size + 1) : c * (size + 1) + size]
        for r in range(rows)
        for c in range(columns)
    ]


def test_feature_maps_are_the_stored_ones(recorded) -> None:
    arrays, about = recorded
    axes = plot_feature_maps.draw(arrays, about, 2).axes
    for panel, name, size in ((axes[0], "maps_0", 8), (axes[1], "maps_1", 4)):
        for index, tile in enumerate(tiles(panel, size)[:3]):
            np.testing.assert_array_equal(tile, arrays[name][..., index])
    assert axes[0].get_title(loc="left") == "conv: 8 × 8 × 3, after relu"
    first = plot_first_convolution.draw(arrays, about, 3).axes
    np.testing.assert_array_equal(tiles(first[1], 8)[2], arrays["before_activation"][..., 2])
    np.testing.assert_array_equal(first[0].images[0].get_array(), arrays["image"][..., 0])


def test_kernels_are_the_stored_ones(recorded) -> None:
    arrays, about = recorded
    axes = plot_kernels.draw(arrays, about, 6).axes[0]
    for index, tile in enumerate(tiles(axes, 5)):
        np.testing.assert_array_equal(tile, arrays["kernels_0"][:, :, 0, index])


def test_window_sums_by_hand() -> None:
    image = np.zeros((6, 6), np.float32)
    image[0, 0] = 1
    sums = plot_window_sums.window_sums(image)
    assert sums.shape == (6, 6)
    assert (sums[:3, :3] == 1).all()
    assert sums.sum() == 9
    ones = plot_window_sums.window_sums(np.ones((6, 6), np.float32))
    assert ones[2:4, 2:4].tolist() == [[25, 25], [25, 25]]


def test_window_sums_draw_each_row_before_and_after(recorded) -> None:
    axes = plot_window_sums.draw(*recorded, 1).axes
    assert [len(panel.lines) for panel in axes] == [8, 8]


def test_pooling_by_hand(recorded) -> None:
    maps = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    assert plot_pooling.max_pooled(maps, 2)[..., 0].tolist() == [[5, 7], [13, 15]]
    assert plot_pooling.max_pooled(maps, 4)[..., 0].tolist() == [[15]]
    assert len(plot_pooling.draw(*recorded, 3).axes) == 2


def test_features_and_what_dropout_leaves_of_them(recorded) -> None:
    arrays, _ = recorded
    whole = plot_features.draw(*recorded, 1).axes[0].lines[0].get_ydata()
    assert (whole == arrays["features"]).all()
    panels = plot_dropped_features.draw(*recorded, 1).axes
    assert (panels[1].lines[0].get_ydata() == arrays["dropped_1"]).all()
    assert "67 % are left" in panels[1].get_title(loc="left")


def test_wireframes_of_the_image_and_two_maps(recorded) -> None:
    assert len(plot_wireframes.draw(*recorded, 1).axes) == 3


# Files --------------------------------------------------------------------------------------------


def test_equal_figures_give_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        drawing, axes = style.figure(2)
        axes.plot([1, 2])
        style.save_both(drawing, tmp_path / name)
    for suffix in (".svg", ".png"):
        first, second = (tmp_path / f"{n}{suffix}" for n in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


# Sweeps -------------------------------------------------------------------------------------------


def variants(**axes: list[object]) -> list[dict[str, str]]:
    """A row a variant, with accuracies that rise with the variant's number."""
    rows = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    return [
        {**{axis: str(value) for axis, value in row.items()}, "accuracy": str(place / len(rows))}
        for place, row in enumerate(rows)
    ]


def test_a_sweep_over_two_axes_is_a_heat_map_in_order_of_numbers() -> None:
    rows = variants(**{"parameters.units": [16, 4], "parameters.dropout": [0.1, 0.5, 0.3]})
    drawing = plot_sweep.draw(rows, ["parameters.units", "parameters.dropout"])
    heat = next(axes for axes in drawing.get_axes() if axes.images)
    assert [text.get_text() for text in heat.get_xticklabels()] == ["4", "16"]
    assert [text.get_text() for text in heat.get_yticklabels()] == ["0.1", "0.3", "0.5"]
    cells = np.asarray(heat.images[0].get_array())
    assert cells == pytest.approx(np.array([[3, 0], [5, 2], [4, 1]]) * 100 / 6)


def test_a_sweep_over_one_axis_has_no_heat_map_and_one_over_three_takes_means() -> None:
    drawing = plot_sweep.draw(variants(a=[1, 2, 3]), ["a"])
    assert not any(axes.images for axes in drawing.get_axes())
    assert drawing.get_axes()[0].containers[0].lines[0].get_ydata() == pytest.approx(
        [0, 100 / 3, 200 / 3]
    )
    drawing = plot_sweep.draw(variants(a=[1, 2, 3], b=["none", "2"], c=[5, 6]), ["a", "b", "c"])
    heat = next(axes for axes in drawing.get_axes() if axes.images)
    cells = np.asarray(heat.images[0].get_array())
    assert cells.shape == (3, 2)
    assert cells[0, 0] == pytest.approx(100 * (0 + 1) / 2 / 12)


def test_a_sweep_over_thousands_of_values_stays_a_page(tmp_path: Path) -> None:
    drawing = plot_sweep.draw(variants(a=list(range(1500)), b=[1, 2]), ["a", "b"])
    assert drawing.get_size_inches()[1] < 15
    style.save(drawing, [tmp_path / "figure.png"])
    heat = next(axes for axes in drawing.get_axes() if axes.images)
    assert len(heat.get_yticks()) <= 31
