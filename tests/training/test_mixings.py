"""Every mixing does what NumPy does with the same random parameters."""

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from bands import tf

from study.families import MIXINGS
from study.training.randomness import Draw

SHAPES = [(16, 28, 28, 1), (5, 32, 32, 3), (1, 28, 28, 1), (4, 20, 31, 2)]

Examples = tuple[np.ndarray, np.ndarray]


def mixup(mixing: Any, images: np.ndarray, targets: np.ndarray, draw: Draw) -> Examples:
    weights = mixing.weights(draw, len(images)).numpy().astype(np.float64)
    mixed = [
        [own * w + (1 - w) * array[i - 1] for i, (own, w) in enumerate(zip(array, weights))]  # noqa: B905
        for array in (images.astype(np.float64), targets.astype(np.float64))
    ]
    return np.stack(mixed[0]), np.stack(mixed[1])


def cutmix(mixing: Any, images: np.ndarray, targets: np.ndarray, draw: Draw) -> Examples:
    batch, height, width, _ = images.shape
    mixed_images, mixed_targets = images.copy(), targets.astype(np.float64)
    rectangles = mixing.rectangles(draw, batch, height, width).numpy()
    for example, (top, left, tall, wide) in enumerate(rectangles):
        own = np.ones((height, width))
        for row in range(top, top + tall):
            for column in range(left, left + wide):
                mixed_images[example, row, column] = images[example - 1, row, column]
                own[row, column] = 0
        mixed_targets[example] = (
            own.mean() * targets[example] + (1 - own.mean()) * targets[example - 1]
        )
    return mixed_images, mixed_targets


CASES: list[tuple[str, dict[str, Any], Callable[..., Examples]]] = [
    ("mixup", {}, mixup),
    ("mixup", {"alpha": 8}, mixup),
    ("cutmix", {}, cutmix),
    ("cutmix", {"alpha": 0.3}, cutmix),
]


def test_every_mixing_is_compared() -> None:
    assert MIXINGS.names() == sorted({name for name, _, _ in CASES})


@pytest.mark.parametrize("name", MIXINGS.names())
def test_parameters_are_those_of_the_signature(name: str) -> None:
    made = importlib.import_module(f"study.training.mixings.{name}").Mixing
    real = {
        parameter.name: parameter.default
        for parameter in inspect.signature(made).parameters.values()
    }
    assert MIXINGS.defaults(name) == real
    assert list(MIXINGS.description(name).model_fields) == list(real)
    MIXINGS.description(name)()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("name", "parameters", "reference"), CASES)
def test_results_are_the_references(
    name: str, parameters: dict[str, Any], reference: Any, shape: tuple[int, ...]
) -> None:
    MIXINGS.description(name)(**parameters)
    mixing = MIXINGS.create({"name": name, **parameters})
    images, targets = some_examples(shape)
    draw = draw_of(shape[0], seed=5)
    results = mixing(tf.constant(images), tf.constant(targets), draw)
    expected = reference(mixing, images, targets, draw)
    for result, own, before in zip(results, expected, (images, targets), strict=True):
        assert result.dtype == tf.float32
        assert result.shape == before.shape
        assert 0 <= result.numpy().min() <= result.numpy().max() <= 1
        np.testing.assert_allclose(result.numpy(), own, rtol=0, atol=1e-6)
    np.testing.assert_allclose(results[1].numpy().sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(("name", "parameters", "reference"), CASES)
def test_compiled_results_are_the_same(
    name: str, parameters: dict[str, Any], reference: Any
) -> None:
    shape = SHAPES[1]
    mixing = MIXINGS.create({"name": name, **parameters})
    images, targets = (tf.constant(array) for array in some_examples(shape))

    def mixed(number: Any) -> Any:
        draw = Draw(tf.constant(5), number, tf.constant(0), tf.range(shape[0]))
        return mixing(images, targets, draw)

    eager = mixed(tf.constant(3))
    for jit_compile in (False, True):
        other = tf.function(mixed, jit_compile=jit_compile, autograph=False)(tf.constant(3))
        for result, own in zip(other, eager, strict=True):
            np.testing.assert_allclose(result.numpy(), own.numpy(), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("name", "parameters", "reference"), CASES)
def test_results_depend_on_seed_number_and_example(
    name: str, parameters: dict[str, Any], reference: Any
) -> None:
    mixing = MIXINGS.create({"name": name, **parameters})
    images, targets = (tf.constant(array) for array in some_examples((16, 28, 28, 1)))

    def mixed(seed: int, number: int) -> np.ndarray:
        return mixing(images, targets, draw_of(16, seed, number))[0].numpy()

    first = mixed(1, 5)
    np.testing.assert_array_equal(mixed(1, 5), first)
    assert (mixed(1, 6) != first).any()
    assert (mixed(2, 5) != first).any()
    assert len(np.unique(mixing.weights(draw_of(16), 16).numpy())) == 16


@pytest.mark.parametrize("name", MIXINGS.names())
@pytest.mark.parametrize("alpha", [0.2, 1.0, 5.0])
def test_weights_have_the_beta_distribution(name: str, alpha: float) -> None:
    mixing = MIXINGS.create({"name": name, "alpha": alpha})
    weights = mixing.weights(draw_of(4000, seed=7), 4000).numpy().astype(np.float64)
    weights = np.clip(weights, 0, 1 - 2.0**-25)  # float32 has nothing between this and 1
    test = scipy.stats.kstest(weights, scipy.stats.beta(alpha, alpha).cdf)
    assert test.statistic < 0.03
    if alpha >= 1:
        assert test.pvalue > 0.01


def test_rectangles_have_the_area_of_the_weights_before_clipping() -> None:
    mixing = MIXINGS.create({"name": "cutmix"})
    draw = draw_of(3000, seed=2)
    _, _, tall, wide = mixing.rectangles(draw, 3000, 200, 300).numpy().T
    missing = 1 - mixing.weights(draw, 3000).numpy()
    area = tall * wide / (200 * 300)
    assert (area <= missing + 0.01).all()
    inside = (tall > 0) & (np.abs(tall / 200 - np.sqrt(missing)) < 0.003)
    inside &= np.abs(wide / 300 - np.sqrt(missing)) < 0.003
    assert inside.mean() > 0.1  # rectangles of which nothing is clipped


def some_examples(shape: tuple[int, ...]) -> Examples:
    """Noise in which the extreme values 0 and 1 are frequent, and smoothed labels."""
    generator = np.random.default_rng(4)
    images = np.clip(generator.uniform(-0.3, 1.3, shape), 0, 1).astype(np.float32)
    labels = np.eye(10)[generator.integers(0, 10, shape[0])]
    return images, (0.9 * labels + 0.01).astype(np.float32)


def draw_of(batch: int, seed: int = 1, number: int = 0) -> Draw:
    return Draw(tf.constant(seed), tf.constant(number), tf.constant(0), tf.range(batch))
