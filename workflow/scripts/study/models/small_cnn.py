"""A convolutional network with few parameters: 3x3 convolutions and a mean over the image.

Every convolution is followed by batch normalisation and ReLU. It can be separable, a 3x3
convolution of each channel and then a 1x1 convolution (Howard et al. 2017, "MobileNets").
"""

import keras
from keras import layers

from study.parameters import Count, Positive


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    filters: tuple[Count, ...] = (8, 10, 12, 14),
    pool_after: tuple[Count, ...] = (2, 3),
    separable: bool = False,
    momentum: Positive = 0.9,
) -> keras.Model:
    """A convolution per entry of `filters`, then the mean over the image; outputs logits.

    Args:
        input_shape, num_classes: see :func:`study.models.build`.
        filters: of each convolution.
        pool_after: after which convolutions, counted from 1, height and width are halved by
            max-pooling.
        separable: whether all convolutions but the first are separable.
        momentum: of the moving statistics of batch normalisation.
    """
    stack = [keras.Input(input_shape)]
    for place, count in enumerate(filters, 1):
        if separable and place > 1:
            stack.append(layers.DepthwiseConv2D(3, padding="same", use_bias=False))
            stack.append(layers.Conv2D(count, 1, use_bias=False))
        else:
            stack.append(layers.Conv2D(count, 3, padding="same", use_bias=False))
        stack += [layers.BatchNormalization(momentum=momentum), layers.Activation("relu")]
        if place in pool_after:
            stack.append(layers.MaxPooling2D(2))
    stack += [layers.GlobalAveragePooling2D(), layers.Dense(num_classes, name="logits")]
    return keras.Sequential(stack, name="small_cnn")
