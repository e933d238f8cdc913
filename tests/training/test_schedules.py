"""Learning-rate schedules are those of Keras, of PyTorch and of their formulas."""

import importlib
import inspect
import math
from typing import Any

import numpy as np
import pytest
from bands import keras

from study.families import SCHEDULES

SETTINGS: list[dict[str, Any]] = [
    {"name": "constant"},
    {"name": "constant", "warmup": 0.25},
    {"name": "linear"},
    {"name": "linear", "warmup": 0.1, "end": 0.2},
    {"name": "cosine"},
    {"name": "cosine", "warmup": 0.1, "end": 0.01},
    {"name": "one_cycle"},
    {"name": "one_cycle", "peak": 0.0},
    {"name": "one_cycle", "peak": 1.0, "div_factor": 1.0, "final_div_factor": 1.0},
    {"name": "steps"},
    {"name": "steps", "at": [0.9, 0.0, 1.0], "factor": 0.7, "warmup": 0.2},
    {"name": "constant", "warmup": 1.0},
    {"name": "linear", "warmup": 1.0, "end": 1.0},
    {"name": "cosine", "warmup": 1.0},
    {"name": "steps", "warmup": 1.0, "factor": 1.0},
]
TOTALS = [1, 2, 3, 10, 97, 1000]


def factors(settings: dict[str, Any], total: int) -> np.ndarray:
    result: np.ndarray = SCHEDULES.create(settings)(np.arange(total), total)
    return result


def keras_factors(schedule: Any, steps: range) -> list[float]:
    return [float(schedule(step)) for step in steps]


def test_every_schedule_is_tested() -> None:
    assert SCHEDULES.names() == sorted({settings["name"] for settings in SETTINGS})


@pytest.mark.parametrize("name", SCHEDULES.names())
def test_parameters_are_those_of_the_signature(name: str) -> None:
    made = importlib.import_module(f"study.training.schedules.{name}").Schedule
    real = {
        parameter.name: parameter.default
        for parameter in inspect.signature(made).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    described = {
        key: tuple(field.default) if isinstance(field.default, list) else field.default
        for key, field in SCHEDULES.description(name).model_fields.items()
    }
    assert described == real
    SCHEDULES.description(name)(**SCHEDULES.defaults(name))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_factors_are_in_range_and_do_not_depend_on_each_other(
    settings: dict[str, Any], total: int
) -> None:
    found = factors(settings, total)
    assert found.dtype == np.float64 and found.shape == (total,)
    assert np.isfinite(found).all() and (found > 0).all() and (found <= 1).all()
    schedule = SCHEDULES.create(settings)
    middle = np.arange(total // 3, total // 2 + 1)
    np.testing.assert_array_equal(schedule(middle, total), found[middle])
    np.testing.assert_array_equal(schedule(np.arange(total)[::-3], total), found[::-3])
    assert schedule(np.arange(0), total).shape == (0,)


@pytest.mark.parametrize("name", ["constant", "linear", "cosine", "steps"])
def test_warm_up_rises_to_the_full_rate_and_then_the_schedule_begins(name: str) -> None:
    settings = {"name": name, "warmup": 0.2}
    np.testing.assert_allclose(factors(settings, 20)[:5], [0.25, 0.5, 0.75, 1, 1])
    np.testing.assert_allclose(factors({**settings, "warmup": 1.0}, 4), [0.25, 0.5, 0.75, 1])
    assert factors({"name": name}, 20)[0] == 1
    for warmup in (0.0, 0.4, 0.6, 1.0):
        assert factors({"name": name, "warmup": warmup}, 1) == [1]


def test_lengths_round_up_in_spite_of_binary_numbers() -> None:
    # 0.1 * 30 is 3.0000000000000004 and 0.29 * 100 is 28.999999999999996.
    np.testing.assert_allclose(factors({"name": "constant", "warmup": 0.1}, 30)[1:4], [2 / 3, 1, 1])
    np.testing.assert_allclose(factors({"name": "steps", "at": [0.29]}, 100)[28:30], [1, 0.1])
    np.testing.assert_allclose(factors({"name": "constant", "warmup": 0.5}, 3), [0.5, 1, 1])


def test_constant_is_constant() -> None:
    np.testing.assert_array_equal(factors({"name": "constant"}, 7), np.ones(7))


@pytest.mark.parametrize("end", [0.0, 0.3])
def test_linear_is_kerass_polynomial_decay(end: float) -> None:
    theirs = keras.optimizers.schedules.PolynomialDecay(1.0, 50, end_learning_rate=end)
    own = factors({"name": "linear", "end": end}, 50)
    np.testing.assert_allclose(own, keras_factors(theirs, range(50)), rtol=1e-5)
    np.testing.assert_allclose(own[-1], end + (1 - end) / 50)


@pytest.mark.parametrize("end", [0.0, 0.3])
@pytest.mark.parametrize("warmup", [0.0, 0.1])
def test_cosine_is_kerass_cosine_decay(warmup: float, end: float) -> None:
    begin = round(warmup * 50)
    theirs = keras.optimizers.schedules.CosineDecay(
        1.0, 50 - begin, alpha=end, warmup_target=1.0 if begin else None, warmup_steps=begin
    )
    own = factors({"name": "cosine", "end": end, "warmup": warmup}, 50)
    np.testing.assert_allclose(own[begin:], keras_factors(theirs, range(begin, 50)), atol=1e-6)


@pytest.mark.parametrize(("total", "points"), [(40, (20, 30)), (10, (5, 8)), (7, (4, 6))])
def test_steps_are_kerass_piecewise_constant_decay(total: int, points: tuple[int, ...]) -> None:
    # Keras' boundaries are the last steps with the old rate.
    boundaries = [point - 1 for point in points]
    theirs = keras.optimizers.schedules.PiecewiseConstantDecay(boundaries, [1.0, 0.1, 0.01])
    own = factors({"name": "steps"}, total)
    np.testing.assert_allclose(own, keras_factors(theirs, range(total)), rtol=1e-6)


def one_cycle_rate(
    step: int, total: int, maximum: float, pct_start: float, div: float, final_div: float
) -> float:
    """PyTorch's documentation of `OneCycleLR`, in words of its own.

    The initial rate is max_lr / div_factor, the minimum initial_lr / final_div_factor. The rate
    rises for pct_start of the cycle, that is until step pct_start * total_steps - 1, and falls
    until step total_steps - 1, both along half cosines.
    """
    initial = maximum / div
    minimum = initial / final_div
    top = float(pct_start * total) - 1
    if step <= top:
        start, end, fraction = initial, maximum, step / top
    else:
        start, end, fraction = maximum, minimum, (step - top) / (total - 1 - top)
    return end + (start - end) / 2.0 * (math.cos(math.pi * fraction) + 1)


@pytest.mark.parametrize("total", [1, 2, 3, 10, 97])
@pytest.mark.parametrize("settings", [(0.3, 25.0, 1e4), (0.6, 10.0, 100.0), (0.0, 4.0, 1.0)])
def test_one_cycle_is_pytorchs(settings: tuple[float, float, float], total: int) -> None:
    peak, div, final_div = settings
    own = factors(
        {"name": "one_cycle", "peak": peak, "div_factor": div, "final_div_factor": final_div},
        total,
    )
    theirs = [one_cycle_rate(step, total, 0.2, *settings) for step in range(total)]
    np.testing.assert_allclose(0.2 * own, theirs, rtol=1e-12)


def test_one_cycle_begins_peaks_and_ends_where_it_says() -> None:
    own = factors({"name": "one_cycle"}, 100)
    np.testing.assert_allclose([own[0], own[29], own[-1]], [1 / 25, 1, 1 / 250_000], rtol=1e-12)
    assert own.argmax() == 29
    # PyTorch divides by zero if step 0 is the peak.
    assert factors({"name": "one_cycle", "peak": 0.5}, 2)[0] == 1
    assert factors({"name": "one_cycle", "peak": 1.0}, 1)[0] == 1
    np.testing.assert_allclose(factors({"name": "one_cycle", "peak": 1.0}, 9)[[0, -1]], [0.04, 1])
