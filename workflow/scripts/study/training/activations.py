"""Activation functions of several operations, computed in one pass over memory on a CPU.

Values and slopes are computed together, in float32, so that what both need (GELU's error function,
for instance) is computed once; the gradient is multiplied by the slopes. docs/benchmark/layers.md
has what that gains.
"""

from collections.abc import Callable

import keras
import tensorflow as tf
from keras import layers

from study.training.dropout import Masks, Step

COMPILED = (keras.activations.gelu, keras.activations.silu)


def is_computed(layer: keras.Layer) -> bool:
    """Whether a layer is an activation that this module computes."""
    return type(layer) is layers.Activation and layer.activation in COMPILED


def step(layer: layers.Activation) -> Step:
    """The layer's function, with its gradient."""

    @tf.function(jit_compile=True, autograph=False)
    def values_and_slopes(inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        exact = tf.cast(inputs, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(exact)
            values = layer.activation(exact)
        slopes = tape.gradient(values, exact)
        return tf.cast(values, inputs.dtype), tf.cast(slopes, inputs.dtype)

    @tf.custom_gradient
    def activate(inputs: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        values, slopes = values_and_slopes(inputs)
        return values, lambda upstream: upstream * slopes

    def activated(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        return activate(tf.cast(inputs, layer.compute_dtype))

    return activated
