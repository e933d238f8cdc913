"""Figures of what happens inside a network: they show the recorded arrays."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_figures_study import all_tables, results, run

from study import figures
from study.figures import (
    dropped_features,
    feature_maps,
    features,
    first_convolution,
    kernels,
    pooling,
    window_sums,
    wireframes,
)
from study.results import Results

INSIDE = [name for name in figures.names() if figures.about(name)["SECTION"] == "inside"]

Recorded = tuple[dict[str, np.ndarray], dict[str, Any]]


@pytest.fixture
def recorded() -> Recorded:
    """Arrays like those that are recorded of a small network."""
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
    about = {"trained": True, "index": 4, "class": "<b>", "layers": layers, "keep": [1.0, 0.5]}
    return arrays, about


def tiles(axes: Any, size: int) -> list[np.ndarray]:
    """The images of a mosaic with one pixel in between, in reading order."""
    canvas = np.ma.filled(axes.images[0].get_array(), np.nan)
    rows, columns = ((n + 1) // (size + 1) for n in canvas.shape)
    return [
        canvas[r * (size + 1) : r * (size + 1) + size, c * (size + 1) : c * (size + 1) + size]
        for r in range(rows)
        for c in range(columns)
    ]


def test_feature_maps_are_the_stored_ones(recorded: Recorded) -> None:
    arrays, about = recorded
    axes = feature_maps.draw(arrays, about, 2).axes
    np.testing.assert_array_equal(axes[0].images[0].get_array(), arrays["image"][..., 0])
    for panel, name, size in ((axes[1], "maps_0", 8), (axes[2], "maps_1", 4)):
        for index, tile in enumerate(tiles(panel, size)[:3]):
            np.testing.assert_array_equal(tile, arrays[name][..., index])
    assert axes[1].get_title(loc="left") == "conv: 8 × 8 × 3, after relu"
    first = first_convolution.draw(arrays, about, 3).axes
    np.testing.assert_array_equal(tiles(first[1], 8)[2], arrays["before_activation"][..., 2])
    np.testing.assert_array_equal(first[0].images[0].get_array(), arrays["image"][..., 0])


def test_too_many_maps_are_cut_and_the_title_says_so(recorded: Recorded) -> None:
    arrays, about = recorded
    arrays["maps_0"] = np.zeros((8, 8, 20), np.float32)
    axes = feature_maps.draw(arrays, about, 2).axes[1]
    assert len(tiles(axes, 8)) == 16
    assert axes.get_title(loc="left").endswith(", the first 16 of 20")


def test_kernels_are_the_stored_ones(recorded: Recorded) -> None:
    arrays, about = recorded
    axes = kernels.draw(arrays, about, 6).axes[0]
    for index, tile in enumerate(tiles(axes, 5)):
        np.testing.assert_array_equal(tile, arrays["kernels_0"][:, :, 0, index])


def test_later_kernels_are_shown_where_they_say_something(recorded: Recorded) -> None:
    arrays, about = recorded
    about = {**about, "layers": [{"name": name} for name in ("one", "two", "small", "many")]}
    arrays |= {
        "kernels_1": np.ones((5, 5, 3, 8), np.float32),
        "kernels_2": np.ones((3, 3, 3, 8), np.float32),
        "kernels_3": np.ones((5, 5, 32, 64), np.float32),
    }
    panels = [axes for axes in kernels.draw(arrays, about, 6).axes if axes.get_title(loc="left")]
    assert [panel.get_title(loc="left") for panel in panels] == [
        "one: 3 kernels of 5 × 5",
        "two: 3 × 8 kernels of 5 × 5",
    ]


def test_kernels_of_several_inputs_have_one_row_per_input(recorded: Recorded) -> None:
    arrays, about = recorded
    arrays["kernels_0"] = np.random.default_rng(0).random((5, 5, 2, 4), np.float32)
    shown = tiles(kernels.draw(arrays, about, 6).axes[0], 5)
    np.testing.assert_array_equal(shown[5], arrays["kernels_0"][:, :, 1, 1])


def test_window_sums_by_hand() -> None:
    image = np.zeros((6, 6), np.float32)
    image[0, 0] = 1
    sums = window_sums.window_sums(image)
    assert sums.shape == (6, 6)
    assert (sums[:3, :3] == 1).all()
    assert sums.sum() == 9
    ones = window_sums.window_sums(np.ones((6, 6), np.float32))
    assert ones[2:4, 2:4].tolist() == [[25, 25], [25, 25]]


def test_window_sums_draw_each_row_before_and_after(recorded: Recorded) -> None:
    image = recorded[0]["image"][..., 0]
    panels = window_sums.draw(*recorded, 1).axes
    for panel, values in zip(panels, (image, window_sums.window_sums(image)), strict=True):
        # The first row is the uppermost one; the largest value is 0.9 high.
        for base, line, row in zip(range(7, -1, -1), panel.lines, values, strict=True):
            np.testing.assert_allclose(line.get_ydata() - base, 0.9 * row / values.max(), atol=1e-6)


def test_pooling_by_hand(recorded: Recorded) -> None:
    maps = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    assert pooling.max_pooled(maps, 2)[..., 0].tolist() == [[5, 7], [13, 15]]
    assert pooling.max_pooled(maps, 4)[..., 0].tolist() == [[15]]
    maps = recorded[0]["maps_0"]
    for panel, size in zip(pooling.draw(*recorded, 3).axes, (2, 4), strict=True):
        pooled = pooling.max_pooled(maps, size)
        for index, tile in enumerate(tiles(panel, 8 // size)):
            np.testing.assert_array_equal(tile, pooled[..., index])


def test_features_and_what_dropout_leaves_of_them(recorded: Recorded) -> None:
    arrays, _ = recorded
    whole = features.draw(*recorded, 1).axes[0].lines[0].get_ydata()
    assert (whole == arrays["features"]).all()
    panels = dropped_features.draw(*recorded, 1).axes
    assert (panels[1].lines[0].get_ydata() == arrays["dropped_1"]).all()
    assert "67 % are left" in panels[1].get_title(loc="left")


def test_wireframes_of_the_image_and_two_maps(recorded: Recorded) -> None:
    arrays, _ = recorded
    maps = arrays["maps_0"]
    shown = [arrays["image"][..., 0], maps[..., 0], maps[..., 1]]
    for panel, values in zip(wireframes.draw(*recorded, 1).axes, shown, strict=True):
        assert heights(panel) == (values.min(), values.max())


def heights(panel: Any) -> tuple[float, float]:
    """The lowest and the highest value that a panel in three dimensions shows."""
    low, high = panel.zz_dataLim.intervalx
    return low, high


def study(folder: Path, recorded: Recorded, wanted: str, **more: Any) -> Results:
    """A study of one run that was recorded for two images and in both states, and one without."""
    arrays, about = recorded
    views = [
        {**about, "trained": trained, "index": index} for trained in (False, True)
        for index in (4, 0)
    ]  # fmt: skip
    stored = {f"{view}/{k}": v for view in range(len(views)) for k, v in arrays.items()}
    np.savez(folder / "seed-0.npz", **stored)
    known = {"experiment": "e", "variant": "10", "seed": 0, "keep": about["keep"], "views": views}
    (folder / "seed-0.json").write_text(json.dumps(known))
    shown = {"illustrations": wanted, "illustrations.maps_per_row": 2}
    runs = [run(variant="10", **shown, **more), run(variant="b", place=1, **shown)]
    return results(folder, all_tables(runs), activations=[str(folder / "seed-0.npz")])


@pytest.mark.parametrize("name", INSIDE)
def test_there_is_one_picture_for_each_state_and_image_that_it_shows(
    name: str, recorded: Recorded, tmp_path: Path
) -> None:
    found = study(tmp_path, recorded, " ".join(INSIDE))
    expected = {
        "kernels": {"untrained": "Before training.", "trained": "Trained."},
        "window_sums": {"image-4": "Test image 4 (<b>).", "image-0": "Test image 0 (<b>)."},
    }.get(
        name,
        {
            "untrained-image-4": "Test image 4 (<b>), before training.",
            "untrained-image-0": "Test image 0 (<b>), before training.",
            "trained-image-4": "Test image 4 (<b>), trained.",
            "trained-image-0": "Test image 0 (<b>), trained.",
        },
    )
    drawn = list(figures.pictures(name, found))
    assert {picture.name: picture.note for picture in drawn} == {
        f"e/10/{view}": note for view, note in expected.items()
    }
    for picture in drawn:
        assert picture.about == {"experiment": "e", "variant": "10"}
    figures.draw_all(name, found, tmp_path / name)
    for view in expected:
        assert (tmp_path / name / "e" / "10" / f"{view}.svg").exists()


def test_only_the_figures_that_the_config_asks_for(recorded: Recorded, tmp_path: Path) -> None:
    found = study(tmp_path, recorded, "kernels wireframes")
    there = [name for name in INSIDE if list(figures.pictures(name, found))]
    assert there == ["kernels", "wireframes"]


def test_a_network_without_the_arrays_has_no_picture(recorded: Recorded, tmp_path: Path) -> None:
    arrays, about = recorded
    bare = {key: value for key, value in arrays.items() if key in ("image", "maps_0")}
    found = study(tmp_path, (bare, {**about, "layers": about["layers"][:1]}), " ".join(INSIDE))
    there = [name for name in INSIDE if list(figures.pictures(name, found))]
    assert there == ["feature_maps", "pooling", "window_sums", "wireframes"]


def test_a_missing_run_has_no_picture(recorded: Recorded, tmp_path: Path) -> None:
    found = study(tmp_path, recorded, " ".join(INSIDE), status="missing")
    assert [list(figures.pictures(name, found)) for name in INSIDE] == [[]] * len(INSIDE)


def test_images_of_three_channels_are_drawn_in_colour_or_as_their_mean(recorded: Recorded) -> None:
    arrays, about = recorded
    image = arrays["image"] = np.random.default_rng(0).random((8, 8, 3), np.float32)
    shown = first_convolution.draw(arrays, about, 2).axes[0].images[0].get_array()
    np.testing.assert_array_equal(shown, image)
    mean = image.mean(axis=-1)
    assert heights(wireframes.draw(arrays, about, 2).axes[0]) == (mean.min(), mean.max())
    top = window_sums.draw(arrays, about, 2).axes[0].lines[0].get_ydata() - 7
    np.testing.assert_allclose(top, 0.9 * mean[0] / mean.max(), atol=1e-6)
