"""Every optimiser's steps are those of Keras."""

import importlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from bands import keras, tf

from study.families import OPTIMIZERS
from study.training.optimizers import muon

COMPARED: list[tuple[str, dict[str, Any], Any]] = [
    ("sgd", {"learning_rate": 0.1}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "weight_decay": 0.3}, keras.optimizers.SGD),
    ("sgd", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.5}, keras.optimizers.SGD),
    ("adam", {"learning_rate": 0.01, "epsilon": 1e-8}, keras.optimizers.Adam),
    ("adam", {"beta_1": 0.8, "beta_2": 0.99}, keras.optimizers.Adam),
    ("adamw", {"learning_rate": 0.01, "weight_decay": 0.4}, keras.optimizers.AdamW),
    ("adamw", {"beta_1": 0.8, "beta_2": 0.99, "weight_decay": 0.0}, keras.optimizers.Adam),
    ("adadelta", {"learning_rate": 1.0, "epsilon": 1e-7}, keras.optimizers.Adadelta),
    ("adadelta", {"learning_rate": 0.5, "rho": 0.9}, keras.optimizers.Adadelta),
    # A lone matrix is the head, so this is Adam.
    ("muon", {"adam_learning_rate": 0.01}, lambda **_: keras.optimizers.Adam(0.01)),
]

HIDDEN = (6, 4)
FILTERS = (3, 2, 2, 20)
SHAPES: dict[str, tuple[int, ...]] = {
    "kernel": HIDDEN,
    "bias": (4,),
    "filters": FILTERS,
    "head": (4, 3),
    "head bias": (3,),
}
"""Of a network's variables, in their order: with more filters than their fan-in, and with fewer."""


def start_and_gradients(
    shapes: Sequence[tuple[int, ...]], steps: int
) -> tuple[list[np.ndarray], list[list[np.ndarray]]]:
    """Values of variables, and for each step their gradients, float32."""
    generator = np.random.default_rng(0)

    def values() -> list[np.ndarray]:
        return [generator.standard_normal(shape).astype(np.float32) for shape in shapes]

    return values(), [values() for _ in range(steps)]


def plain(call: Callable[..., None]) -> Callable[..., None]:
    return call


def compiled(call: Callable[..., None]) -> Callable[..., None]:
    result: Callable[..., None] = tf.function(call, autograph=False)
    return result


def compiled_by_xla(call: Callable[..., None]) -> Callable[..., None]:
    result: Callable[..., None] = tf.function(call, autograph=False, jit_compile=True)
    return result


def updated(
    name: str,
    start: Sequence[np.ndarray],
    gradients: Sequence[Sequence[np.ndarray]],
    *,
    factors: Sequence[float] | None = None,
    decayed: Sequence[bool] | None = None,
    way: Callable[[Callable[..., None]], Callable[..., None]] = plain,
    **settings: Any,
) -> list[np.ndarray]:
    """The values of variables after all steps, with factors of their learning rates."""
    variables = [tf.Variable(value) for value in start]
    optimizer = OPTIMIZERS.create({"name": name, **settings}, variables, decayed)
    scalars = {key: tf.constant(value, tf.float32) for key, value in optimizer.scalars.items()}
    rates = [scalars["learning_rate"] * factor for factor in factors or [1.0] * len(variables)]
    apply = way(optimizer.apply)
    for step, of_step in enumerate(gradients):
        apply([tf.constant(gradient) for gradient in of_step], tf.constant(step), scalars, rates)
    return [variable.numpy() for variable in variables]


def test_epsilon_after_the_correction_is_the_papers_algorithm_1() -> None:
    """With an epsilon so large that its place matters."""
    rate, beta_1, beta_2, epsilon = 0.01, 0.8, 0.99, 0.3
    [start], gradients = start_and_gradients([(4, 3)], 20)
    value, mean, square = start.astype(np.float64), np.zeros((4, 3)), np.zeros((4, 3))
    for step, [gradient] in enumerate(gradients, start=1):
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient.astype(np.float64) ** 2
        corrected = np.sqrt(square / (1 - beta_2**step)) + epsilon
        value -= rate * mean / (1 - beta_1**step) / corrected
    settings = {"learning_rate": rate, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
    [after] = updated("adam", [start], gradients, epsilon_after_correction=True, **settings)
    [before] = updated("adam", [start], gradients, **settings)
    np.testing.assert_allclose(after, value, rtol=1e-5)
    assert np.abs(after - before).max() > 1e-3


@pytest.mark.parametrize(("name", "parameters", "theirs"), COMPARED)
def test_steps_are_kerass(name: str, parameters: dict[str, Any], theirs: Any) -> None:
    [start], gradients = start_and_gradients([(4, 3)], 20)
    own, reference = tf.Variable(start), keras.Variable(start)
    optimizer = OPTIMIZERS.create({"name": name, **parameters}, [own])
    rates = [optimizer.scalars["learning_rate"]]
    keras_optimizer = theirs(**parameters)
    for step, [gradient] in enumerate(gradients):
        optimizer.apply([tf.constant(gradient)], tf.constant(step), optimizer.scalars, rates)
        keras_optimizer.apply([tf.constant(gradient)], [reference])
        np.testing.assert_allclose(own.numpy(), np.asarray(reference), rtol=2e-5, atol=2e-6)
    assert np.abs(own.numpy() - start).max() > 1e-3


def test_every_optimizer_is_compared_and_described_by_its_signature() -> None:
    assert OPTIMIZERS.names() == sorted({name for name, _, _ in COMPARED})
    for name in OPTIMIZERS.names():
        made = importlib.import_module(f"study.training.optimizers.{name}").Optimizer
        signature = inspect.signature(made).parameters
        real = {
            parameter.name: parameter.default
            for parameter in signature.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
        assert OPTIMIZERS.defaults(name) == real
        assert list(signature)[:2] == ["variables", "decayed"]
        numbers = {key for key, value in real.items() if not isinstance(value, bool)}
        assert set(made([]).scalars) == numbers


@pytest.mark.parametrize(("name", "parameters", "_"), COMPARED)
def test_each_variable_has_its_own_rate(name: str, parameters: dict[str, Any], _: Any) -> None:
    start, gradients = start_and_gradients(list(SHAPES.values()), 4)
    factors = [1.0, 2.0, 2.0, 1.0, 0.0]
    own = updated(name, start, gradients, factors=factors, **parameters)
    rate = (
        parameters.get("learning_rate")
        or OPTIMIZERS.create({"name": name}, []).scalars["learning_rate"]
    )
    doubled = {**parameters, "learning_rate": 2 * rate}
    if name == "muon":
        doubled["adam_learning_rate"] = 2 * parameters["adam_learning_rate"]
    once = updated(name, start, gradients, **parameters)
    twice = updated(name, start, gradients, **doubled)
    expected = [once[0], twice[1], twice[2], once[3], start[4]]
    for found, value in zip(own, expected, strict=True):
        np.testing.assert_allclose(found, value, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("way", [plain, compiled, compiled_by_xla])
@pytest.mark.parametrize("name", ["sgd", "adamw", "muon"])
def test_only_decayed_variables_decay_by_their_own_rate(name: str, way: Any) -> None:
    start, gradients = start_and_gradients(list(SHAPES.values()), 1)
    decayed, factors = [True, False, True, True, False], [1.0, 1.0, 3.0, 0.5, 1.0]
    settings = {"learning_rate": 0.1, "factors": factors, "way": way}
    if name == "muon":
        settings["adam_learning_rate"] = 0.2
    without = updated(name, start, gradients, weight_decay=0.0, **settings)
    some = updated(name, start, gradients, weight_decay=0.5, decayed=decayed, **settings)
    everything = updated(name, start, gradients, weight_decay=0.5, **settings)
    for i, shape in enumerate(SHAPES):
        rate = 0.2 if name == "muon" and shape not in ("kernel", "filters") else 0.1
        expected = without[i] - rate * factors[i] * 0.5 * start[i]
        np.testing.assert_allclose(everything[i], expected, rtol=1e-5, atol=1e-6)
        if decayed[i]:
            np.testing.assert_array_equal(some[i], everything[i])
        else:
            np.testing.assert_array_equal(some[i], without[i])


@pytest.mark.parametrize(("weight_decay", "multiplications"), [(0.0, 0), (0.1, 4)])
def test_no_decay_means_no_operation(weight_decay: float, multiplications: int) -> None:
    start, [gradients] = start_and_gradients([(4, 3), (3,)], 1)
    variables = [tf.Variable(value) for value in start]
    optimizer = OPTIMIZERS.create({"name": "sgd", "weight_decay": weight_decay}, variables)
    rates = [tf.constant(0.1)] * 2
    scalars = {key: tf.constant(value, tf.float32) for key, value in optimizer.scalars.items()}
    graph = (
        tf.function(optimizer.apply, autograph=False)
        .get_concrete_function(list(map(tf.constant, gradients)), tf.constant(0), scalars, rates)
        .graph
    )
    kinds = [operation.type for operation in graph.get_operations()]
    assert kinds.count("Mul") == multiplications
    assert kinds.count("AssignSubVariableOp") == multiplications / 2
    assert kinds.count("ResourceApplyGradientDescent") == 2


def muon_reference(
    value: np.ndarray, gradients: Sequence[np.ndarray], rate: float, momentum: float, nesterov: bool
) -> np.ndarray:
    """Muon by singular values, float64.

    The iterations change a matrix's singular values only, each by the quintic. The momentum is
    written as a moving average, as in the authors' code; this makes no difference to the direction.
    """
    result = value.astype(np.float64)
    average = np.zeros_like(result)
    for gradient in gradients:
        average = momentum * average + (1 - momentum) * gradient
        mixed = momentum * average + (1 - momentum) * gradient if nesterov else average
        out_by_in = mixed.reshape(-1, mixed.shape[-1]).T
        left, values, right = np.linalg.svd(out_by_in, full_matrices=False)
        values = values / np.sqrt((values**2).sum())
        for _ in range(5):
            values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
        update = (left * values) @ right
        update *= max(1, update.shape[0] / update.shape[1]) ** 0.5
        result -= rate * update.T.reshape(result.shape)
    return result


@pytest.mark.parametrize("way", [plain, compiled, compiled_by_xla])
@pytest.mark.parametrize("settings", [{}, {"nesterov": False, "momentum": 0.8}], ids=str)
def test_muon_is_the_papers_and_adam_for_the_rest(settings: dict[str, Any], way: Any) -> None:
    start, gradients = start_and_gradients(list(SHAPES.values()), 6)
    options = {"learning_rate": 0.05, "adam_learning_rate": 0.003, "beta_2": 0.99, **settings}
    own = updated("muon", start, gradients, way=way, **options)
    adam = updated("adam", start, gradients, learning_rate=0.003, beta_2=0.99)
    momentum, nesterov = settings.get("momentum", 0.95), settings.get("nesterov", True)
    for i, name in enumerate(SHAPES):
        if name in ("kernel", "filters"):
            of_variable = [of_step[i] for of_step in gradients]
            expected = muon_reference(start[i], of_variable, 0.05, momentum, nesterov)
            np.testing.assert_allclose(own[i], expected, rtol=1e-4, atol=1e-4)
        elif way is plain:
            np.testing.assert_array_equal(own[i], adam[i])
        else:
            np.testing.assert_allclose(own[i], adam[i], rtol=1e-5, atol=1e-6)


def test_muon_is_kerass_where_no_kernel_has_more_filters_than_its_fan_in() -> None:
    start, gradients = start_and_gradients([(6, 4), (4,), (4, 3)], 10)
    own = updated("muon", start, gradients, learning_rate=0.05, adam_learning_rate=0.01)
    names = ["kernel", "bias", "head"]
    reference = [keras.Variable(v, name=n) for v, n in zip(start, names, strict=True)]
    theirs = keras.optimizers.Muon(
        0.05, adam_lr_ratio=0.2, exclude_layers=["head"], rms_rate=None, weight_decay=None,
        adam_weight_decay=None,
    )  # fmt: skip
    for of_step in gradients:
        theirs.apply(list(map(tf.constant, of_step)), reference)
    for found, expected in zip(own, reference, strict=True):
        np.testing.assert_allclose(found, np.asarray(expected), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", [(6, 6), (40, 12), (12, 40), (9, 1), (1, 9), (300, 64)])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_muons_updates_are_orthogonal(shape: tuple[int, int], size: float) -> None:
    matrix = size * np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    update = muon.orthogonalised(tf.constant(matrix))
    values = np.linalg.svd(update.numpy(), compute_uv=False)
    assert values.min() > 0.5 and values.max() < 1.3
    assert np.vdot(matrix, update) > 0


def test_muon_leaves_a_variable_without_gradient() -> None:
    start, _ = start_and_gradients(list(SHAPES.values()), 0)
    zeros = [np.zeros_like(value) for value in start]
    for found, value in zip(updated("muon", start, [zeros]), start, strict=True):
        np.testing.assert_array_equal(found, value)
