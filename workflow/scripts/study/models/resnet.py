"""A residual network for small images (He et al. 2016, section 4.2: the networks for CIFAR-10)."""

from typing import Any

import keras
from keras import layers

from study.parameters import Count


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    filters: tuple[Count, ...] = (16, 32, 64),
    blocks: Count = 3,
) -> keras.Model:
    """A 3x3 convolution, `blocks` residual blocks for each entry of `filters`; outputs logits.

    A block is twice a 3x3 convolution with batch normalisation, with ReLU in between and after the
    sum. All but the first stage halve height and width; there the shortcut is a 1x1 convolution
    with batch normalisation. Then the mean over the image, and a linear layer. 273,754 parameters
    with the default (ResNet-20) for 28x28x1 and 10 classes.
    """
    inputs = keras.Input(input_shape)
    outputs = layers.Activation("relu")(_convolution(inputs, filters[0], 3, 1))
    for stage, count in enumerate(filters):
        for block in range(blocks):
            outputs = _block(outputs, count, 2 if stage and not block else 1)
    outputs = layers.GlobalAveragePooling2D()(outputs)
    outputs = layers.Dense(num_classes, name="logits")(outputs)
    return keras.Model(inputs, outputs, name="resnet")


def _block(inputs: Any, filters: int, strides: int) -> Any:
    outputs = layers.Activation("relu")(_convolution(inputs, filters, 3, strides))
    outputs = _convolution(outputs, filters, 3, 1)
    if strides > 1 or inputs.shape[-1] != filters:
        inputs = _convolution(inputs, filters, 1, strides)
    return layers.Activation("relu")(layers.Add()([outputs, inputs]))


def _convolution(inputs: Any, filters: int, size: int, strides: int) -> Any:
    """Convolution and batch normalisation."""
    outputs = layers.Conv2D(
        filters, size, strides, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(inputs)
    return layers.BatchNormalization()(outputs)
