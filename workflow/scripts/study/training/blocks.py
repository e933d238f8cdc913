"""Convolution, ReLU, pooling and dropout, computed faster than layer by layer on a CPU.

Two forms that a processor with wide vectors likes better than Keras' own:

* A convolution with few filters leaves most of a vector register empty. Pooling looks at windows of
  2x2 pixels; so the outputs of a window become channels of one wider convolution over the input's
  windows (space to depth: Shi et al. 2016, "Real-time single image and video super-resolution using
  an efficient sub-pixel convolutional neural network", section 3.2, the other way round). It does
  36/25 of the multiplications of a 5x5 kernel, on registers four times as full.
* What comes after the convolution - bias, ReLU, the largest of a window, dropout - is one pass over
  memory, compiled by XLA, and its gradient another.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from study.training import dropout
from study.training.dropout import Mask, Masks

FEW_FILTERS = 16
"""A convolution before pooling with at most so many is computed window by window; measured, see
docs/benchmark/layers.md."""


def is_block(left: list[keras.Layer]) -> bool:
    """Whether a list of layers starts with a convolution, ReLU, and pooling of 2x2 that fits."""
    if len(left) < 2 or type(left[0]) is not layers.Conv2D:
        return False
    convolution, pooling = left[:2]
    windows = (layers.MaxPooling2D, layers.AveragePooling2D)
    return (
        type(pooling) in windows
        and tuple(pooling.pool_size) == tuple(pooling.strides) == (2, 2)
        and pooling.padding == "valid"
        and convolution.activation is keras.activations.relu
        and convolution.use_bias
        and convolution.padding in ("same", "valid")
        and tuple(convolution.strides) == tuple(convolution.dilation_rate) == (1, 1)
        and convolution.groups == 1
        and all(size % 2 == 1 for size in convolution.kernel_size)
        and all(size % 2 == 0 for size in convolution.output.shape[1:3])
        and "channels_last" == convolution.data_format == pooling.data_format
    )


class Block:
    """Convolution, ReLU, pooling and, if `mask` is the number of one, dropout."""

    def __init__(
        self,
        convolution: layers.Conv2D,
        pooling: layers.Layer,
        mask: int | None = None,
        arranged: bool = False,
    ) -> None:
        self.convolution = convolution
        self.pooling = pooling
        self.mask = mask
        self.arranged = arranged
        self.phased = convolution.filters <= FEW_FILTERS
        self.dropout = None if mask is None else dropout.step(mask)
        self.largest = _LargestOfWindows(convolution.filters, self.phased)

    def windows(self, inputs: tf.Tensor) -> tf.Tensor:
        """(batch, height, width, channels) with the convolution's margins, window by window."""
        same = self.convolution.padding == "same"
        margins = [(size // 2 if same else 0,) * 2 for size in self.convolution.kernel_size]
        return tf.nn.space_to_depth(tf.pad(inputs, [(0, 0), *margins, (0, 0)]), 2)

    def __call__(self, inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        """The outputs for a batch, (batch, height, width, filters)."""
        convolution, filters = self.convolution, self.convolution.filters
        inputs = tf.cast(inputs, convolution.compute_dtype)
        kernel = tf.cast(convolution.kernel.value, inputs.dtype)
        bias = convolution.bias.value
        if self.phased:
            inputs = inputs if self.arranged else self.windows(inputs)
            outputs = tf.nn.conv2d(inputs, _over_windows(kernel), 1, "VALID")
        else:
            outputs = tf.nn.conv2d(inputs, kernel, 1, convolution.padding.upper())
        if type(self.pooling) is layers.MaxPooling2D:
            mask = None if self.mask is None else masks[self.mask]
            return self.largest(outputs, tf.convert_to_tensor(bias), mask, draw)
        bias = tf.cast(tf.tile(bias, [4]) if self.phased else bias, outputs.dtype)
        outputs = tf.nn.relu(tf.nn.bias_add(outputs, bias))
        outputs = _means(outputs, filters) if self.phased else self.pooling(outputs)
        return self.dropout(outputs, draw, masks) if self.dropout else outputs


def _over_windows(kernel: tf.Tensor) -> tf.Tensor:
    """The kernel that gives a window's four outputs at once, from the windows of the input.

    Args:
        kernel: (height, width, channels, filters), height and width odd.

    Returns:
        ((height + 1) / 2, (width + 1) / 2, 4 channels, 4 filters): the four places of a window are
        the slower index of channels, row by row.
    """
    height, width, channels, filters = kernel.shape
    # Not by padding and stacking: the sum of the four gradients then becomes a temporary variable,
    # with which TensorFlow 2.21 fails in a loop.
    by_row = tf.tensordot(_shifts(height, kernel.dtype), kernel, 1)
    by_place = tf.tensordot(_shifts(width, kernel.dtype), by_row, [[2], [2]])
    rows, columns = (height + 1) // 2, (width + 1) // 2
    split = tf.reshape(by_place, [2, columns, 2, 2, rows, 2, channels, filters])
    ordered = tf.transpose(split, [4, 1, 5, 2, 6, 3, 0, 7])
    return tf.reshape(ordered, [rows, columns, 4 * channels, 4 * filters])


def _shifts(size: int, dtype: tf.DType) -> tf.Tensor:
    """Zeros and ones, (2, size + 1, size), that shift a row of `size` by 0 and by 1."""
    return tf.constant(np.stack([np.eye(size + 1, size, -shift) for shift in (0, 1)]), dtype)


def _means(windows: tf.Tensor, filters: int) -> tf.Tensor:
    """The mean of each window, (..., 4 filters) to (..., filters), as a product of matrices."""
    quarter = tf.tile(tf.eye(filters, dtype=windows.dtype) / 4, [4, 1])
    means = tf.matmul(tf.reshape(windows, [-1, 4 * filters]), quarter)
    return tf.reshape(means, [*windows.shape[:3], filters])


class _LargestOfWindows:
    """Bias, ReLU, the largest of each window of 2x2, and dropout if there is a mask.

    Going forward it notes which place of a window the gradient goes to (as Keras', to the first of
    equals), or that it goes nowhere; so the backward pass is one comparison. Outputs in bfloat16
    are computed with in float32, which a CPU is faster at.
    """

    NOWHERE = 4

    def __init__(self, filters: int, phased: bool) -> None:
        self.filters = filters
        self.phased = phased
        self.forward = tf.function(self._forward, jit_compile=True, autograph=False)
        self.backward = tf.function(self._backward, jit_compile=True, autograph=False)

    def __call__(
        self,
        outputs: tf.Tensor,
        bias: tf.Tensor,
        mask: Mask | None,
        draw: tf.Tensor,
    ) -> tf.Tensor:
        batch, rows, columns, _ = outputs.shape
        if not self.phased:
            rows, columns = rows // 2, columns // 2
        pooled = tf.TensorShape([batch, rows, columns, self.filters])
        bits = dropout.bits(pooled, mask, draw) if mask else None

        def call(outputs: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Any]:
            values, places = self.forward(outputs, bias, bits, mask)
            return values, lambda gradient: self.backward(places, gradient, mask)

        return tf.custom_gradient(call)(outputs, bias)

    def _forward(
        self,
        outputs: tf.Tensor,
        bias: tf.Tensor,
        bits: tf.Tensor | None,
        mask: Mask | None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        dtype, outputs = outputs.dtype, tf.cast(outputs, tf.float32)
        batch, rows, columns, _ = outputs.shape
        if self.phased:
            windows = tf.reshape(outputs, [batch, rows, columns, 4, self.filters])
            values = [windows[:, :, :, place] for place in range(4)]
        else:
            windows = tf.reshape(outputs, [batch, rows // 2, 2, columns // 2, 2, self.filters])
            values = [windows[:, :, place // 2, :, place % 2] for place in range(4)]
        top = tf.maximum(tf.maximum(*values[:2]), tf.maximum(*values[2:]))
        places = tf.fill(top.shape, 3)
        for place in (2, 1, 0):
            places = tf.where(values[place] == top, place, places)
        result = tf.nn.relu(top + bias)
        alive = result > 0
        if mask:
            kept = dropout.kept(bits, mask)
            alive = tf.logical_and(alive, kept)
            result = tf.where(kept, result * mask["scale"], 0.0)
        return tf.cast(result, dtype), tf.cast(tf.where(alive, places, self.NOWHERE), tf.uint8)

    def _backward(
        self, places: tf.Tensor, gradient: tf.Tensor, mask: Mask | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        batch, rows, columns, filters = gradient.shape
        dtype, gradient = gradient.dtype, tf.cast(gradient, tf.float32)
        if mask:
            gradient = gradient * mask["scale"]
        of_bias = tf.reduce_sum(tf.where(places < self.NOWHERE, gradient, 0.0), [0, 1, 2])
        place = tf.range(4, dtype=tf.int32)
        if self.phased:
            place = tf.reshape(place, [4, 1])
            places, gradient = places[:, :, :, None], gradient[:, :, :, None]
            shape = [batch, rows, columns, 4 * filters]
        else:
            place = tf.reshape(place, [2, 1, 2, 1])
            places, gradient = places[:, :, None, :, None], gradient[:, :, None, :, None]
            shape = [batch, 2 * rows, 2 * columns, filters]
        of_outputs = tf.where(tf.cast(places, tf.int32) == place, gradient, 0.0)
        return tf.cast(tf.reshape(of_outputs, shape), dtype), of_bias
