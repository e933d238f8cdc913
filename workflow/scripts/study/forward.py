"""A model's outputs in training, computed faster than layer by layer on a CPU, and equal to them.

Two forms of a layer that a processor with wide vectors likes better than Keras' own:

* A convolution with few filters leaves most of a vector register empty. Pooling looks at windows of
  2x2 pixels; so the outputs of a window become channels of one wider convolution over the input's
  windows (space to depth: Shi et al. 2016, "Real-time single image and video super-resolution using
  an efficient sub-pixel convolutional neural network", section 3.2, the other way round). It does
  36/25 of the multiplications of a 5x5 kernel, on registers four times as full.
* What comes after the convolution - bias, ReLU, the largest of a window, dropout - is one pass over
  memory, compiled by XLA, and its gradient another.

Dropout masks are a function of (the layer's seed, draw) and nothing else. Seeds and rates are
inputs, so that one compiled step serves runs that differ in them.
"""

import itertools
import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

Masks = list[dict[str, tf.Tensor]]
"""What :func:`masks` gives: of each dropout layer `seed`, `dropped` and `scale`."""

Step = Callable[[tf.Tensor, tf.Tensor, Masks], tf.Tensor]
"""Maps (batch, *shape), a draw, an int32 scalar, and masks to outputs."""

FEW_FILTERS = 16
"""Up to so many, a convolution before pooling is computed window by window. Measured."""


class Forward:
    """How a training step computes a model's outputs.

    Args:
        model: any; a `Sequential` one is taken apart, another is called as a whole.
        blocks: whether to use the forms above, which are for CPUs.

    Attributes:
        arranged: brings examples, (examples, *shape) of any dtype, into the order that calls take.
    """

    def __init__(self, model: keras.Model, blocks: bool) -> None:
        steps: list[Step] = []
        left = _parts(model)
        first = _Block(left[0], left[1]) if blocks and _is_block(left) else None
        self.arranged: Callable[[tf.Tensor], tf.Tensor] = (
            first.windows if first and first.phased else tf.identity
        )
        masks = itertools.count()
        while left:
            if blocks and _is_block(left):
                convolution, pooling, *left = left
                mask = next(masks) if left and _is_dropout(left[0]) else None
                left = left[mask is not None :]
                steps.append(_Block(convolution, pooling, mask, arranged=not steps))
            elif _is_dropout(left[0]):
                steps.append(_dropout(next(masks)))
                left.pop(0)
            else:
                steps.append(_layer(left.pop(0)))
        self.steps = steps

    def __call__(self, inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        """The outputs for a batch.

        Args:
            inputs: what :meth:`arranged` made of the examples.
            draw: int32 scalar; each step of a run has another, and with it other dropout masks.
            masks: what :func:`masks` gave.
        """
        for step in self.steps:
            inputs = step(inputs, draw, masks)
        return inputs


def masks(model: keras.Model) -> Masks:
    """The scalars that a model's dropout layers go by, for :class:`Forward`.

    16 random bits decide on each unit, so that rates are exact to 2^-17.
    """
    return [
        {
            "seed": tf.constant(np.uint32(layer.seed_generator.state[0]).astype(np.int32)),
            "dropped": tf.constant(round(layer.rate * 2**16)),
            "scale": tf.constant(1 / (1 - layer.rate)),
        }
        for layer in _parts(model)
        if _is_dropout(layer)
    ]


def structure(model: keras.Model) -> str:
    """What of a model is compiled into a step; equal for models that differ in no more than seeds,
    dropout rates, names and where their weights start."""
    if any(_draws_alone(layer) for layer in _parts(model)):
        return f"{model.name} {id(model)}"
    kinds = []
    for layer in _parts(model):
        config = {
            name: value
            for name, value in layer.get_config().items()
            if name not in ("name", "seed", "rate") and not name.endswith("_initializer")
        }
        kinds.append([type(layer).__name__, _is_dropout(layer), config])
    return json.dumps([model.input_shape, kinds], sort_keys=True, default=str)


def _parts(model: keras.Model) -> list[keras.Layer]:
    return list(model.layers) if isinstance(model, keras.Sequential) else [model]


def _layer(layer: keras.Layer) -> Step:
    """The layer itself.

    Keras draws random numbers from generators that count their calls; a counter set to the draw
    makes what a layer draws a function of (its seed, draw).
    """
    states = [(g.state, int(g.state[0])) for g in _generators(layer)]

    def step(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        for state, seed in states:
            state.assign(tf.stack([tf.constant(seed, state.dtype), tf.cast(draw, state.dtype)]))
        return layer(inputs, training=True)

    return step


def _generators(layer: keras.Layer) -> list[keras.random.SeedGenerator]:
    found = [getattr(part, "seed_generator", None) for part in layer._flatten_layers()]
    return [generator for generator in found if generator is not None]


def _draws_alone(layer: keras.Layer) -> bool:
    """Whether a layer draws random numbers by itself, from a seed that is compiled in."""
    return bool(_generators(layer)) and type(layer) is not layers.Dropout


def _is_dropout(layer: keras.Layer) -> bool:
    return type(layer) is layers.Dropout and layer.noise_shape is None and layer.rate > 0


def _dropout(number: int) -> Step:
    def step(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        mask = masks[number]
        kept = _kept(_bits(inputs.shape, mask, draw), mask)
        return inputs * (tf.cast(kept, inputs.dtype) * tf.cast(mask["scale"], inputs.dtype))

    return step


def _bits(shape: tf.TensorShape, mask: dict[str, tf.Tensor], draw: tf.Tensor) -> tf.Tensor:
    """Random uint16 of a shape, a function of (the mask's seed, draw)."""
    count = shape.num_elements()
    words = tf.random.stateless_uniform(
        [-(-count // 4)], [mask["seed"], draw], minval=None, maxval=None, dtype=tf.uint64
    )
    return tf.reshape(tf.reshape(tf.bitcast(words, tf.uint16), [-1])[:count], shape)


def _kept(bits: tf.Tensor, mask: dict[str, tf.Tensor]) -> tf.Tensor:
    """Which units are kept, bool."""
    return tf.cast(bits, tf.int32) >= mask["dropped"]


def _is_block(left: list[keras.Layer]) -> bool:
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


class _Block:
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
        self.dropout = None if mask is None else _dropout(mask)
        self.largest = _LargestOfWindows(convolution.filters, self.phased)

    def windows(self, inputs: tf.Tensor) -> tf.Tensor:
        """(batch, height, width, channels) with the convolution's margins, window by window."""
        same = self.convolution.padding == "same"
        margins = [(size // 2 if same else 0,) * 2 for size in self.convolution.kernel_size]
        return tf.nn.space_to_depth(tf.pad(inputs, [(0, 0), *margins, (0, 0)]), 2)

    def __call__(self, inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
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
    equals), or that it goes nowhere; so the way back is one comparison. Outputs in bfloat16 are
    computed with in float32, which a CPU is faster at.
    """

    NOWHERE = 4

    def __init__(self, filters: int, phased: bool) -> None:
        self.filters = filters
        self.phased = phased
        self.there = tf.function(self._there, jit_compile=True, autograph=False)
        self.back = tf.function(self._back, jit_compile=True, autograph=False)

    def __call__(
        self,
        outputs: tf.Tensor,
        bias: tf.Tensor,
        mask: dict[str, tf.Tensor] | None,
        draw: tf.Tensor,
    ) -> tf.Tensor:
        batch, rows, columns, _ = outputs.shape
        if not self.phased:
            rows, columns = rows // 2, columns // 2
        pooled = tf.TensorShape([batch, rows, columns, self.filters])
        bits = _bits(pooled, mask, draw) if mask else None

        def call(outputs: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Any]:
            values, places = self.there(outputs, bias, bits, mask)
            return values, lambda gradient: self.back(places, gradient, mask)

        return tf.custom_gradient(call)(outputs, bias)

    def _there(
        self,
        outputs: tf.Tensor,
        bias: tf.Tensor,
        bits: tf.Tensor | None,
        mask: dict[str, tf.Tensor] | None,
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
            kept = _kept(bits, mask)
            alive = tf.logical_and(alive, kept)
            result = tf.where(kept, result * mask["scale"], 0.0)
        return tf.cast(result, dtype), tf.cast(tf.where(alive, places, self.NOWHERE), tf.uint8)

    def _back(
        self, places: tf.Tensor, gradient: tf.Tensor, mask: dict[str, tf.Tensor] | None
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
