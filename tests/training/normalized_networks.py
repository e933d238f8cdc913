"""Small networks with batch normalisation, of three structures."""

from typing import Any

from bands import keras

from study.training.batch_norm import FAST_MULTIPLE

layers = keras.layers
IMAGE = (8, 8, 2)
CLASSES = 3


def bent() -> keras.Layer:
    """A smooth activation: rounding decides on which side of ReLU's corner a sum near zero is, and
    processors round differently."""
    return layers.Activation("softplus")


def sequential(bend: Any = layers.ReLU, **settings: Any) -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Conv2D(FAST_MULTIPLE, 3, use_bias=False),
            layers.BatchNormalization(**settings),
            bend(),
            layers.Flatten(),
            layers.Dense(CLASSES),
        ]
    )


def residual(bend: Any = layers.ReLU, **settings: Any) -> keras.Model:
    keras.utils.set_random_seed(1)
    inputs = keras.Input(IMAGE)
    start = layers.Conv2D(4, 3, padding="same")(inputs)
    found = layers.BatchNormalization(**settings)(start)
    found = layers.Conv2D(4, 3, padding="same", use_bias=False)(bend()(found))
    found = layers.Add()([start, layers.BatchNormalization(**settings)(found)])
    found = layers.GlobalAveragePooling2D()(found)
    return keras.Model(inputs, layers.Dense(CLASSES)(found))


def dense(bend: Any = layers.ReLU, **settings: Any) -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Flatten(),
            layers.Dense(8),
            layers.BatchNormalization(**settings),
            bend(),
            layers.Dense(CLASSES),
        ]
    )


MODELS = {"Sequential": sequential, "residual": residual, "dense": dense}
