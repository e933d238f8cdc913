"""Batch normalisation in a training step, defined also where a batch is computed in parts.

Each microbatch is normalised by its own mean and variance ("ghost" batch normalisation: Hoffer et
al. 2017, "Train longer, generalize better"), and the moving statistics take one step per batch,
towards the mean of its parts' statistics. Without microbatches that is Keras' layer.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from study.training.dropout import Masks

SMALLEST_EPSILON = 1e-5
"""The smallest epsilon that the fused operation takes; for a smaller one there are several."""

FAST_MULTIPLE = 16
"""Of other numbers of channels, the fused operation is several times slower on CPUs."""


def is_computed(layer: keras.Layer) -> bool:
    """Whether a layer is a batch normalisation that this module computes."""
    return (
        type(layer) is layers.BatchNormalization
        and layer.axis in (-1, layer.input_spec.ndim - 1)
        and not layer.synchronized
        and not layer.renorm
        and layer.trainable
    )


class BatchNorm:
    """A batch normalisation layer while it is trained.

    Args:
        layer: the layer.
        on_cpu: whether the forms that are fast on CPUs are used.

    Attributes:
        statistics: mean and variance of the last inputs, float32 (channels,) each. They belong to
            the graph in which the layer was called last.
    """

    statistics: tuple[tf.Tensor, tf.Tensor]

    def __init__(self, layer: layers.BatchNormalization, on_cpu: bool) -> None:
        self.layer = layer
        self.channels = int(layer.moving_mean.shape[0])
        self.compute = _fused
        if on_cpu and self.channels % FAST_MULTIPLE:
            self.compute = _by_rows
        elif layer.epsilon < SMALLEST_EPSILON:
            self.compute = _in_several_operations

    def __call__(self, inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        """The normalised inputs, (batch, ..., channels); computed in float32."""
        layer = self.layer
        values = tf.cast(tf.cast(inputs, layer.compute_dtype), tf.float32)
        scale = layer.gamma.value if layer.scale else tf.ones([self.channels])
        offset = layer.beta.value if layer.center else tf.zeros([self.channels])
        image = values if len(values.shape) == 4 else tf.reshape(values, [-1, 1, 1, self.channels])
        outputs, mean, variance = self.compute(image, scale, offset, layer.epsilon)
        self.statistics = mean, variance
        return tf.cast(tf.reshape(outputs, inputs.shape), layer.compute_dtype)

    def count(self, mean: tf.Tensor, variance: tf.Tensor) -> None:
        """Move the moving statistics towards those of a batch."""
        for moving, value in (
            (self.layer.moving_mean, mean),
            (self.layer.moving_variance, variance),
        ):
            moving.value.assign(
                moving.value * self.layer.momentum + value * (1 - self.layer.momentum)
            )


def _fused(
    image: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Normalised (batch, height, width, channels), with mean and variance (channels,)."""
    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=image, scale=scale, offset=offset, mean=[], variance=[],
        epsilon=max(epsilon, 1.001 * SMALLEST_EPSILON), is_training=True,
    )  # fmt: skip
    count = image.shape.num_elements() // image.shape[-1]
    # The operation divides by one less than their number, Keras by their number.
    return outputs, mean, variance * ((count - 1) / count)


def _in_several_operations(
    image: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    mean, variance = tf.nn.moments(image, [0, 1, 2])
    outputs = tf.nn.batch_normalization(image, mean, variance, offset, scale, epsilon)
    return outputs, mean, variance


def _by_rows(
    image: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The same with an image's rows as vectors, (batch x height, width x channels).

    Passes over long vectors are fast whatever the number of channels, and sums over rows are
    products with a vector of ones. The gradient is the one of Ioffe and Szegedy (2015), with the
    terms of each input collected.
    """
    batch, height, width, channels = image.shape
    count = batch * height * width
    ones = tf.ones([1, batch * height])

    def sums(rows: tf.Tensor) -> tf.Tensor:
        """Per channel, (channels,)."""
        return tf.reduce_sum(tf.reshape(tf.matmul(ones, rows), [width, channels]), 0)

    def along(values: tf.Tensor) -> tf.Tensor:
        """Values per channel for each place of a row."""
        return tf.tile(values, [width])

    @tf.custom_gradient
    def normalised(image: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) -> Any:
        rows = tf.reshape(image, [-1, width * channels])
        mean = sums(rows) / count
        centred = rows - along(mean)
        variance = sums(centred * centred) / count
        deviation = tf.math.rsqrt(variance + epsilon)

        def gradient(upstream: tf.Tensor, *_: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            own = tf.reshape(upstream, rows.shape)
            of_offset = sums(own)
            of_scale = sums(own * centred) * deviation
            factor = scale * deviation
            slope = factor * deviation * of_scale / count
            inputs = (
                own * along(factor) - centred * along(slope) - along(factor * of_offset / count)
            )
            return tf.reshape(inputs, image.shape), of_scale, of_offset

        outputs = centred * along(scale * deviation) + along(offset)
        return (tf.reshape(outputs, image.shape), mean, variance), gradient

    outputs, mean, variance = normalised(image, scale, offset)
    return outputs, mean, variance
