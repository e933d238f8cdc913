"""Dropout whose masks are a function of (the layer's seed, the number of the draw), nothing else.

Seeds and rates are inputs of a compiled step, so that one step serves runs that differ in them.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import layers

Mask = dict[str, tf.Tensor]
"""What a dropout layer goes by, as scalars: `seed`, `dropped` and `scale`."""

Masks = list[Mask]

Step = Callable[[tf.Tensor, tf.Tensor, Masks], tf.Tensor]
"""Maps (batch, *shape), a draw (an int32 scalar) and masks to outputs."""


def is_computed(layer: keras.Layer) -> bool:
    """Whether a layer is a dropout that this module computes."""
    return type(layer) is layers.Dropout and layer.noise_shape is None and layer.rate > 0


def mask(layer: layers.Dropout) -> Mask:
    """The scalars of a dropout layer.

    16 random bits decide on each unit, so that rates are exact to 2^-17.
    """
    return {
        "seed": tf.constant(np.uint32(layer.seed_generator.state[0]).astype(np.int32)),
        "dropped": tf.constant(round(layer.rate * 2**16)),
        "scale": tf.constant(1 / (1 - layer.rate)),
    }


def step(number: int) -> Step:
    """The dropout that goes by the mask of that number."""

    def dropped(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        own = masks[number]
        keep = kept(bits(inputs.shape, own, draw), own)
        return inputs * (tf.cast(keep, inputs.dtype) * tf.cast(own["scale"], inputs.dtype))

    return dropped


def bits(shape: tf.TensorShape, mask: Mask, draw: tf.Tensor) -> tf.Tensor:
    """Random uint16 of a shape, a function of (the mask's seed, draw)."""
    count = shape.num_elements()
    words = tf.random.stateless_uniform(
        [-(-count // 4)], [mask["seed"], draw], minval=None, maxval=None, dtype=tf.uint64
    )
    return tf.reshape(tf.reshape(tf.bitcast(words, tf.uint16), [-1])[:count], shape)


def kept(bits: tf.Tensor, mask: Mask) -> tf.Tensor:
    """Which units are kept, bool, of the shape of `bits`."""
    return tf.cast(bits, tf.int32) >= mask["dropped"]
