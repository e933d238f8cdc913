"""The multilayer perceptron of S0 with each activation as a layer of its own.

It computes what :mod:`study.models.mlp` computes; only its layer table differs.
"""

import keras
from keras import layers

from study.parameters import Activation, Count, Rate


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    units: Count = 128,
    activation: Activation = "relu",
    dropout: Rate = 0.2,
) -> keras.Model:
    """Flatten, dense, activation, dropout, dense, softmax. 101,770 parameters for 28x28x1."""
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Flatten(),
            layers.Dense(units),
            layers.Activation(activation),
            layers.Dropout(dropout),
            layers.Dense(num_classes),
            layers.Activation("softmax"),
        ],
        name="mlp_activation_layers",
    )
