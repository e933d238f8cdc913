"""Random numbers depend on seed, number, purpose and name, and on nothing else."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from bands import tf

from study.training.randomness import Draw

SHAPE = (50, 3)

KINDS: dict[str, Callable[[Draw, str], Any]] = {
    "unit": lambda draw, name: draw.uniform(SHAPE, name=name),
    "uniform": lambda draw, name: draw.uniform(SHAPE, -2.0, 3.0, name),
    "integers": lambda draw, name: draw.integers(SHAPE, -1000, 1000, name),
    "normal": lambda draw, name: draw.normal(SHAPE, name),
    "symmetric_beta": lambda draw, name: draw.symmetric_beta(SHAPE, 0.4, name),
}


def draw_of(seed: int = 1, number: int = 0) -> Draw:
    return Draw(tf.constant(seed), tf.constant(number), tf.constant(0), tf.range(4))


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_the_same_however_they_are_computed(kind: str) -> None:
    def numbers(seed: Any, number: Any) -> Any:
        return KINDS[kind](Draw(seed, number, tf.constant(0), tf.range(4)).of("purpose"), "name")

    arguments = tf.constant(7), tf.constant(11)
    eager = numbers(*arguments).numpy()
    assert eager.shape == SHAPE
    tolerance = 0 if kind in ("unit", "integers") else 2e-6
    for jit_compile in (False, True):
        traced = tf.function(numbers, jit_compile=jit_compile, autograph=False)
        np.testing.assert_allclose(traced(*arguments).numpy(), eager, rtol=0, atol=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_seeds_numbers_purposes_and_names_are_independent(kind: str) -> None:
    draws = [
        draw.of(purpose)
        for draw in (draw_of(), draw_of(seed=2), draw_of(seed=-1), draw_of(number=1))
        for purpose in ("dropout", "augmentation 0", "augmentation 1")
    ]
    draws += [draw_of(), draw_of().of("dropout").of("dropout")]
    arrays = [KINDS[kind](draw, name).numpy() for draw in draws for name in ("", "row", "column")]
    for one, other in itertools.combinations(arrays, 2):
        assert (one == other).mean() < 0.1
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.4


def test_the_order_of_calls_does_not_matter() -> None:
    draw = draw_of().of("purpose")
    first = draw.uniform(SHAPE).numpy()
    draw.normal(SHAPE)
    np.testing.assert_array_equal(draw.uniform(SHAPE).numpy(), first)


def test_numbers_are_distributed_as_named() -> None:
    draw = draw_of(seed=5)
    uniform = draw.uniform([20_000], -2.0, 3.0).numpy()
    assert scipy.stats.kstest(uniform, scipy.stats.uniform(-2, 5).cdf).pvalue > 0.01
    assert scipy.stats.kstest(draw.normal([20_000]).numpy(), "norm").pvalue > 0.01
    counts = np.unique_counts(draw.integers([20_000], -2, 3).numpy())
    np.testing.assert_array_equal(counts.values, [-2, -1, 0, 1, 2])
    assert scipy.stats.chisquare(counts.counts).pvalue > 0.01


@pytest.mark.parametrize("alpha", [0.01, 0.2, 0.5, 1.0, 4.0, 1000.0])
def test_symmetric_beta_is_exact(alpha: float) -> None:
    values = draw_of(seed=3).symmetric_beta([20_000], alpha).numpy()
    assert values.dtype == np.float32
    assert 0 <= values.min() <= values.max() <= 1
    # near 1, float32 is coarse: many draws of a small alpha are 1
    folded = np.minimum(values, 1 - values).astype(np.float64)
    distribution = scipy.stats.beta(alpha, alpha)
    grid = np.linspace(0.001, 0.5, 200)
    distance = [abs((folded <= x).mean() - 2 * distribution.cdf(x)) for x in grid]
    assert max(distance) < 1.63 / np.sqrt(20_000)  # Kolmogorov's bound at 1 %
    assert abs((values > 0.5).mean() - 0.5) < 0.015
    assert abs(np.mean(values) - 0.5) < 0.015
