"""A network of a few hundred parameters that shows activation functions at work (S1)."""

import keras
from keras import layers

from study.parameters import Activation, Count


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    units: Count = 10,
    activation: Activation = "relu",
) -> keras.Model:
    """Dense, dense, dense with softmax. 280 parameters for 5 inputs and 10 classes."""
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Dense(units, activation=activation),
            layers.Dense(units, activation=activation),
            layers.Dense(num_classes, activation="softmax"),
        ],
        name="activation_demo",
    )
