"""LeNet-5 (LeCun et al. 1998) with rectified linear units, and S3's two improvements of it.

As S3 has it: LeNet-5 is the default; *improved* has max-pooling, dropout .2 after each
convolutional block and .3 after the first dense layer; *wide* is improved with 12 and 32 filters.
"""

from typing import Literal

import keras
from keras import layers

from study.parameters import Count, Rate


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    filters: tuple[Count, ...] = (6, 16),
    pooling: Literal["average", "max"] = "average",
    block_dropout: Rate = 0.0,
    dense_dropout: Rate = 0.0,
) -> keras.Model:
    """Two blocks of 5x5 convolution and pooling, then dense 120, 84 and softmax.

    61,706 parameters for 28x28x1 and 10 classes; 117,078 with 12 and 32 filters. The first
    convolution pads its input, the others do not. A dropout of 0 adds no layer.
    """
    pool = {"average": layers.AveragePooling2D, "max": layers.MaxPooling2D}[pooling]

    def dropout(rate: float) -> list[layers.Layer]:
        return [layers.Dropout(rate)] if rate else []

    stack = [keras.Input(input_shape)]
    for block, count in enumerate(filters):
        padding = "same" if block == 0 else "valid"
        stack += [layers.Conv2D(count, 5, padding=padding, activation="relu"), pool(2)]
        stack += dropout(block_dropout)
    stack += [layers.Flatten(), layers.Dense(120, activation="relu"), *dropout(dense_dropout)]
    stack += [layers.Dense(84, activation="relu"), layers.Dense(num_classes, activation="softmax")]
    return keras.Sequential(stack, name="lenet5")
