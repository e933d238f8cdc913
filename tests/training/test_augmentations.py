"""Every augmentation does what references without TensorFlow do with the same random parameters."""

import importlib
import inspect
import itertools
from typing import Any

import numpy as np
import pytest
from augmentation_references import CASES
from bands import tf

from study.families import AUGMENTATIONS
from study.training.randomness import Draw

SHAPES = [(16, 28, 28, 1), (5, 32, 32, 3), (1, 28, 28, 1), (4, 20, 31, 2)]


def test_every_augmentation_is_compared() -> None:
    assert AUGMENTATIONS.names() == sorted({name for name, _, _ in CASES})


@pytest.mark.parametrize("name", AUGMENTATIONS.names())
def test_parameters_are_those_of_the_signature(name: str) -> None:
    made = importlib.import_module(f"study.training.augmentations.{name}").Augmentation
    real = {
        parameter.name: list(parameter.default)
        if isinstance(parameter.default, tuple)
        else parameter.default
        for parameter in inspect.signature(made).parameters.values()
    }
    assert AUGMENTATIONS.defaults(name) == real
    assert list(AUGMENTATIONS.description(name).model_fields) == list(real)
    AUGMENTATIONS.description(name)()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("name", "parameters", "reference"), CASES)
def test_results_are_the_references(
    name: str, parameters: dict[str, Any], reference: Any, shape: tuple[int, ...]
) -> None:
    AUGMENTATIONS.description(name)(**parameters)
    augmentation = AUGMENTATIONS.create({"name": name, **parameters})
    images, draw = some_images(shape), draw_of(shape[0], seed=12, number=3, epoch=1)
    result = augmentation(tf.constant(images), draw)
    assert result.dtype == tf.float32
    assert result.shape == shape
    assert 0 <= result.numpy().min() <= result.numpy().max() <= 1
    np.testing.assert_allclose(
        result.numpy(), reference(augmentation, images, draw), rtol=0, atol=3e-5
    )


@pytest.mark.parametrize(("name", "parameters", "reference"), CASES)
def test_compiled_results_are_the_same(
    name: str, parameters: dict[str, Any], reference: Any
) -> None:
    shape = SHAPES[1]
    augmentation = AUGMENTATIONS.create({"name": name, **parameters})
    images = tf.constant(some_images(shape))

    def augmented(number: Any) -> Any:
        draw = Draw(tf.constant(12), number, tf.constant(1), tf.range(shape[0]))
        return augmentation(images, draw)

    number = tf.constant(3)
    eager = augmented(number).numpy()
    traced = tf.function(augmented, autograph=False)
    compiled = tf.function(augmented, jit_compile=True, autograph=False)
    assert traced.get_concrete_function(number).output_shapes == images.shape
    np.testing.assert_allclose(traced(number).numpy(), eager, rtol=0, atol=1e-5)
    np.testing.assert_allclose(compiled(number).numpy(), eager, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("name", "parameters", "reference"), CASES)
def test_results_depend_on_seed_number_and_example(
    name: str, parameters: dict[str, Any], reference: Any
) -> None:
    augmentation = AUGMENTATIONS.create({"name": name, **parameters})
    images = tf.repeat(some_images((1, 28, 28, 1)), 16, 0)

    def augmented(**place: int) -> np.ndarray:
        return augmentation(images, draw_of(16, **place)).numpy()

    first = augmented(seed=1, number=5)
    np.testing.assert_array_equal(augmented(seed=1, number=5), first)
    assert len(np.unique(first, axis=0)) > 1
    assert (augmented(seed=2, number=5) != first).any()
    if name == "alternating_flip":
        np.testing.assert_array_equal(augmented(seed=1, number=6), first)
    else:
        assert (augmented(seed=1, number=6) != first).any()


def test_shift_moves_by_every_number_of_pixels() -> None:
    shift = AUGMENTATIONS.create({"name": "shift", "pixels": 2})
    moves = shift.moves(draw_of(500), 500).numpy()
    assert {tuple(move) for move in moves} == {(y, x) for y in range(-2, 3) for x in range(-2, 3)}


def test_half_of_the_images_are_flipped() -> None:
    flip = AUGMENTATIONS.create({"name": "flip"})
    assert abs(flip.chosen(draw_of(10_000), 10_000).numpy().mean() - 0.5) < 0.02


def test_flips_alternate_and_half_start_flipped() -> None:
    flip = AUGMENTATIONS.create({"name": "alternating_flip"})
    epochs = [flip.chosen(draw_of(10_000, number=9 * e, epoch=e)).numpy() for e in range(4)]
    for now, after in itertools.pairwise(epochs):
        np.testing.assert_array_equal(now, ~after)
    assert abs(epochs[0].mean() - 0.5) < 0.02
    neighbours = (epochs[0][1:] == epochs[0][:-1]).mean()
    assert abs(neighbours - 0.5) < 0.02
    other_seed = flip.chosen(draw_of(10_000, seed=2)).numpy()
    assert abs((epochs[0] == other_seed).mean() - 0.5) < 0.02


def test_flips_belong_to_examples_whatever_batch_they_are_in() -> None:
    flip = AUGMENTATIONS.create({"name": "alternating_flip"})
    whole = flip.chosen(draw_of(100)).numpy()
    order = np.random.default_rng(0).permutation(100).astype(np.int32)
    draw = Draw(tf.constant(1), tf.constant(8), tf.constant(0), tf.constant(order))
    np.testing.assert_array_equal(flip.chosen(draw).numpy(), whole[order])


def test_affine_matrices_are_within_the_bounds() -> None:
    draw = draw_of(2000)
    rotation = AUGMENTATIONS.create({"name": "affine", "degrees": 30.0, "zoom": 0.0})
    matrices = rotation.matrices(draw, 2000).numpy().astype(np.float64)
    identity = np.broadcast_to(np.eye(2), matrices.shape)
    np.testing.assert_allclose(matrices @ matrices.transpose(0, 2, 1), identity, atol=1e-6)
    angles = np.degrees(np.arctan2(matrices[:, 0, 1], matrices[:, 0, 0]))
    assert -30 <= angles.min() < -29 < 29 < angles.max() <= 30
    zoom = AUGMENTATIONS.create({"name": "affine", "degrees": 0.0, "zoom": 0.25})
    factors = 1 / zoom.matrices(draw, 2000).numpy()[:, 0, 0]
    assert 0.75 <= factors.min() < 0.76 < 1.24 < factors.max() <= 1.25 + 1e-6
    shear = AUGMENTATIONS.create({"name": "affine", "degrees": 0.0, "zoom": 0.0, "shear": 20.0})
    slopes = shear.matrices(draw, 2000).numpy()
    np.testing.assert_array_equal(slopes[:, 0], np.tile([1.0, 0.0], (2000, 1)))
    tilts = np.degrees(np.arctan(slopes[:, 1, 0]))
    assert -20 <= tilts.min() < -19 < 19 < tilts.max() <= 20 + 1e-5


def test_affine_maps_shear_then_zoom_then_rotate() -> None:
    settings = {"degrees": 40.0, "zoom": 0.3, "shear": 25.0}
    draw = draw_of(50)
    found = AUGMENTATIONS.create({"name": "affine", **settings}).matrices(draw, 50).numpy()
    angles, tilts = (
        np.radians(draw.uniform([50], -settings[key], settings[key], name).numpy())
        for key, name in (("degrees", "angle"), ("shear", "shear"))
    )
    factors = draw.uniform([50], 0.7, 1.3, "zoom").numpy()
    for matrix, angle, factor, tilt in zip(found, angles, factors, tilts, strict=True):
        shear = np.array([[1, 0], [np.tan(tilt), 1]])
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        np.testing.assert_allclose(matrix, np.linalg.inv(rotation @ (factor * shear)), atol=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {"name": "affine", "degrees": 0.0, "zoom": 0.0, "shear": 0.0},
        {"name": "elastic", "alpha": 0.0},
        {"name": "cutout", "probability": 0.0},
        {"name": "erasing", "probability": 0.0},
    ],
)
def test_without_strength_images_stay_as_they_are(settings: dict[str, Any]) -> None:
    images = some_images((16, 28, 28, 1))
    augmentation = AUGMENTATIONS.create(settings)
    np.testing.assert_array_equal(augmentation(tf.constant(images), draw_of(16)), images)


def test_displacements_have_the_documented_size() -> None:
    elastic = AUGMENTATIONS.create({"name": "elastic", "alpha": 30.0, "sigma": 3.0})
    displacements = elastic.displacements(draw_of(200), 200, 64, 64).numpy()
    inner = displacements[:, :, 12:-12, 12:-12]
    expected = 30 / (np.sqrt(12 * np.pi) * 3)
    assert abs(inner.std() / expected - 1) < 0.03


def test_squares_are_anywhere_and_as_frequent_as_asked() -> None:
    cutout = AUGMENTATIONS.create({"name": "cutout", "size": 6, "probability": 0.3})
    squares = cutout.rectangles(draw_of(5000), 5000, 20, 31).numpy()
    cut = squares[squares[:, 2] > 0]
    assert abs(len(cut) / 5000 - 0.3) < 0.02
    assert set(np.unique(cut[:, 2:])) == {6}
    assert set(cut[:, 0] + 3) == set(range(20))
    assert set(cut[:, 1] + 3) == set(range(31))


@pytest.mark.parametrize("size", [(28, 28), (32, 24)])
def test_erased_rectangles_have_the_area_and_shape_asked(size: tuple[int, int]) -> None:
    height, width = 10 * size[0], 10 * size[1]  # so large that rounding matters little
    erasing = AUGMENTATIONS.create({"name": "erasing", "area": (0.02, 0.6), "ratio": 0.3})
    rectangles = erasing.rectangles(draw_of(5000), 5000, height, width).numpy()
    top, left, tall, wide = rectangles[rectangles[:, 2] > 0].T
    assert abs(len(top) / 5000 - 0.5) < 0.03
    assert min(top.min(), left.min()) >= 0
    assert (top + tall).max() <= height
    assert (left + wide).max() <= width
    area = tall * wide / (height * width)
    assert 0.019 < area.min() < 0.03 < 0.58 < area.max() < 0.605
    np.testing.assert_allclose(np.quantile(area, 0.5), 0.31, atol=0.02)
    ratio = tall / wide
    assert 0.29 < ratio.min() < 0.33 < 3 < ratio.max() < 3.45
    if height == width:
        assert abs((ratio > 1).mean() - 0.5) < 0.04


@pytest.mark.parametrize("area", [(0.1,), (0.3, 0.2), (0.1, 0.2, 0.3)])
def test_areas_that_are_no_range_are_refused(area: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="two fractions"):
        AUGMENTATIONS.create({"name": "erasing", "area": area})


def some_images(shape: tuple[int, ...]) -> np.ndarray:
    """Noise in which the extreme values 0 and 1 are frequent."""
    images = np.random.default_rng(4).uniform(-0.3, 1.3, shape)
    return np.clip(images, 0, 1).astype(np.float32)


def draw_of(batch: int, seed: int = 1, number: int = 0, epoch: int = 0) -> Draw:
    return Draw(tf.constant(seed), tf.constant(number), tf.constant(epoch), tf.range(batch))
