"""Every optimiser's steps are those of Keras."""

import importlib
import inspect
from typing import Any

import numpy as np
import pytest
from bands import keras, tf

from study import parameters
from study.training import optimizers

OPTIMIZERS: list[tuple[str, dict[str, Any], Any]] = [
    ("sgd", {"learning_rate": 0.1}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}, keras.optimizers.SGD),
    ("adam", {"learning_rate": 0.01, "epsilon": 1e-8}, keras.optimizers.Adam),
    ("adam", {"beta_1": 0.8, "beta_2": 0.99}, keras.optimizers.Adam),
    ("adadelta", {"learning_rate": 1.0, "epsilon": 1e-7}, keras.optimizers.Adadelta),
    ("adadelta", {"learning_rate": 0.5, "rho": 0.9}, keras.optimizers.Adadelta),
]


@pytest.mark.parametrize(("name", "parameters", "theirs"), OPTIMIZERS)
def test_steps_are_kerass(name: str, parameters: dict[str, Any], theirs: Any) -> None:
    generator = np.random.default_rng(0)
    start = generator.standard_normal((4, 3)).astype(np.float32)
    gradients = generator.standard_normal((20, 4, 3)).astype(np.float32)
    own, reference = tf.Variable(start), keras.Variable(start)
    optimizer = optimizers.create(name, [own], **parameters)
    keras_optimizer = theirs(**parameters)
    for step, gradient in enumerate(gradients):
        optimizer.apply([tf.constant(gradient)], tf.constant(step), optimizer.scalars)
        keras_optimizer.apply([tf.constant(gradient)], [reference])
        np.testing.assert_allclose(own.numpy(), np.asarray(reference), rtol=2e-5, atol=2e-6)
    assert np.abs(own.numpy() - start).max() > 1e-3


def test_every_optimizer_is_compared_and_described_by_its_signature() -> None:
    assert optimizers.names() == sorted({name for name, _, _ in OPTIMIZERS})
    for name in optimizers.names():
        made = importlib.import_module(f"study.training.optimizers.{name}").Optimizer
        real = {
            parameter.name: parameter.default
            for parameter in inspect.signature(made).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
        assert parameters.defaults(optimizers.source(name), "Optimizer") == real
