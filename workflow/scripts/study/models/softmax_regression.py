"""Softmax regression: one linear layer. The simplest classifier that learns from pixels (S4)."""

from typing import Literal

import keras
from keras import layers


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    kernel_initializer: Literal["zeros", "glorot_uniform"] = "zeros",
) -> keras.Model:
    """Flatten, then one dense layer; outputs logits. 7,850 parameters for 28x28x1 and 10 classes.

    Starting at zero is safe here: without a hidden layer there is no symmetry to break.
    """
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Flatten(),
            layers.Dense(num_classes, kernel_initializer=kernel_initializer, name="logits"),
        ],
        name="softmax_regression",
    )
