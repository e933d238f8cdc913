"""The deep convolutional network of S4: two wide convolutions and one large dense layer."""

import keras
from keras import initializers, layers

from study.parameters import Count, Rate


def build(
    input_shape: tuple[int, ...],
    num_classes: int,
    *,
    filters: tuple[Count, ...] = (32, 64),
    units: Count = 1024,
    dropout: Rate = 0.5,
    initial_stddev: float = 0.1,
    initial_bias: float = 0.1,
) -> keras.Model:
    """Convolution 5x5 and max-pooling twice, dense, dropout; outputs logits.

    3,274,634 parameters for 28x28x1 and 10 classes. In all layers the weights start from a normal
    distribution cut at two standard deviations, and the biases slightly above zero, so that no
    rectified unit starts dead.
    """

    def start() -> dict[str, initializers.Initializer]:
        return {
            "kernel_initializer": initializers.TruncatedNormal(stddev=initial_stddev),
            "bias_initializer": initializers.Constant(initial_bias),
        }

    stack = [keras.Input(input_shape)]
    for count in filters:
        stack += [
            layers.Conv2D(count, 5, padding="same", activation="relu", **start()),
            layers.MaxPooling2D(2),
        ]
    stack += [
        layers.Flatten(),
        layers.Dense(units, activation="relu", **start()),
        layers.Dropout(dropout),
        layers.Dense(num_classes, name="logits", **start()),
    ]
    return keras.Sequential(stack, name="deep_cnn")
