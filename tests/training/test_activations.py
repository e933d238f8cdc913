"""Activations that are compiled in one piece are Keras' layers: outputs and gradients."""

from typing import Any

import numpy as np
import pytest
from bands import keras, tf

from study.training import activations

layers = keras.layers


def gradient_and_outputs(function: Any, inputs: np.ndarray, weights: np.ndarray) -> Any:
    values = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(values)
        outputs = function(values)
        total = tf.reduce_sum(tf.cast(outputs, tf.float32) * weights)
    return tape.gradient(total, values), outputs


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_outputs_and_gradients_are_those_of_kerass_layer(name: str) -> None:
    layer = layers.Activation(name)
    assert activations.is_computed(layer)
    step = activations.step(layer)
    inputs = np.concatenate([np.linspace(-40, 40, 1601), [0.0, -0.0, 1e-20]]).astype(np.float32)
    weights = np.random.default_rng(0).normal(size=inputs.shape).astype(np.float32)
    own = gradient_and_outputs(lambda x: step(x, tf.constant(0), []), inputs, weights)
    theirs = gradient_and_outputs(layer, inputs, weights)
    for ours, expected in zip(own, theirs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_in_bfloat16_outputs_and_gradients_are_those_of_float32_rounded(name: str) -> None:
    inputs = np.linspace(-9, 9, 361, dtype=np.float32)
    rounded = tf.cast(inputs, tf.bfloat16)
    weights = np.ones_like(inputs)
    own = activations.step(layers.Activation(name, dtype="mixed_bfloat16"))
    found = gradient_and_outputs(lambda x: own(x, tf.constant(0), []), rounded, weights)
    theirs = gradient_and_outputs(
        layers.Activation(name), tf.cast(rounded, tf.float32).numpy(), weights
    )
    for ours, expected in zip(found, theirs, strict=True):
        assert ours.dtype == tf.bfloat16
        np.testing.assert_allclose(tf.cast(ours, tf.float32), expected, rtol=2**-8, atol=2**-20)


def test_other_activations_are_left_to_keras() -> None:
    assert not activations.is_computed(layers.Activation("relu"))
    assert not activations.is_computed(layers.LeakyReLU())
