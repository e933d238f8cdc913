"""The multilayer perceptron that S2 builds from TensorFlow's low-level API."""

import keras
from keras import layers

from study.parameters import Activation, Count


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    units: tuple[Count, ...] = (700, 500),
    activation: Activation = "relu",
) -> keras.Model:
    """Flatten, then dense layers; outputs logits. 905,010 parameters for 28x28x1 and 10 classes.

    Weights start Xavier-uniform (Glorot and Bengio 2010, as Keras' default), biases at zero.
    """
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Flatten(),
            *(layers.Dense(n, activation=activation) for n in units),
            layers.Dense(num_classes, name="logits"),
        ],
        name="core_mlp",
    )
