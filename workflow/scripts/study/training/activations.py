"""Activation functions of several operations, computed in one pass over memory on a CPU.

docs/benchmark/layers.md has what that gains: a fifth of GELU's time, forward and backward, and
nothing of SiLU's, whose sigmoid is one operation already.
"""

import keras
import tensorflow as tf
from keras import layers

from study.training.dropout import Masks, Step

COMPILED = (keras.activations.gelu, keras.activations.silu)


def is_computed(layer: keras.Layer) -> bool:
    """Whether a layer is an activation that this module computes."""
    return type(layer) is layers.Activation and layer.activation in COMPILED


def step(layer: layers.Activation) -> Step:
    """The layer's function, compiled with its gradient."""
    function = tf.function(layer.activation, jit_compile=True, autograph=False)

    def activated(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        return function(tf.cast(inputs, layer.compute_dtype))

    return activated
