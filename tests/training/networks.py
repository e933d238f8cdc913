"""Networks of many shapes, to hold the engine's forms of layers against Keras'."""

from typing import Any

from study import models
from study.training import backend

backend.start("cpu", threads=1)

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402, F401 - for tests, which must not import it before
from keras import layers  # noqa: E402

IMAGE = (28, 28, 1)


def stack(*middle: layers.Layer, shape: tuple[int, ...] = IMAGE) -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input(shape), *middle, layers.Flatten(), layers.Dense(10)])


def lenet(**parameters: Any) -> keras.Model:
    keras.utils.set_random_seed(1)
    return models.build("lenet5", IMAGE, 10, **parameters)


def deep() -> keras.Model:
    keras.utils.set_random_seed(1)
    return models.build("deep_cnn", IMAGE, 10, dropout=0.0)


def several() -> keras.Model:
    """Kernels of other sizes, more channels, no margin first; one activation that is no ReLU."""
    return stack(
        layers.Conv2D(5, (3, 5), activation="relu", bias_initializer="random_normal"),
        layers.MaxPooling2D(2),
        layers.Conv2D(20, 1, padding="same", activation="relu", bias_initializer="random_normal"),
        layers.AveragePooling2D(2),
        layers.Conv2D(4, 3, padding="same", activation="tanh"),
        shape=(30, 32, 3),
    )


def odd() -> keras.Model:
    """Nothing of this is a block: strides, overlapping pools, an odd size."""
    return stack(
        layers.Conv2D(4, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(3, 2),
        layers.Conv2D(4, 2, activation="relu"),
        layers.MaxPooling2D(2),
    )


def functional() -> keras.Model:
    keras.utils.set_random_seed(1)
    inputs = keras.Input(IMAGE)
    flat = layers.Flatten()(inputs)
    return keras.Model(inputs, layers.Dense(10)(layers.Dense(8, activation="relu")(flat)))


def residual(rate: float = 0.0, filters: int = 4, seed: int = 1, slope: float = 0.1) -> keras.Model:
    """A functional model with two ways, batch normalisation, dropout and an operation."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(IMAGE)
    start = layers.Conv2D(filters, 3, strides=2)(inputs)
    found = layers.Dropout(rate)(layers.BatchNormalization()(start))
    found = layers.Conv2D(filters, 3, padding="same")(layers.LeakyReLU(slope)(found))
    found = layers.Add()([start, layers.BatchNormalization()(found)])
    found = keras.ops.multiply(layers.Activation("silu")(found), 2.0)
    found = layers.Dropout(rate)(layers.GlobalAveragePooling2D()(found))
    return keras.Model(inputs, layers.Dense(10)(found))


def nested() -> keras.Model:
    """A Sequential in a functional model in a Sequential one; one of its layers used twice."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((14, 14, 3))
    chain = keras.Sequential(
        [
            keras.Input((14, 14, 3)),
            layers.Conv2D(5, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.BatchNormalization(),
        ]
    )
    twice = layers.Conv2D(5, 1)
    ways = [twice(chain(inputs)), twice(layers.Conv2D(5, 3, strides=2, padding="same")(inputs))]
    inner = keras.Model(inputs, layers.Concatenate()(ways))
    return stack(layers.Conv2D(3, 2, strides=2), inner, layers.Activation("gelu"))


def with_arguments() -> keras.Model:
    """Keras gives its own `training` to layers that were called with another one."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input(IMAGE)
    maps = layers.Conv2D(4, 3, strides=2)(inputs)
    maps = layers.BatchNormalization()(maps, training=False)
    return keras.Model(inputs, layers.Dense(10)(layers.Flatten()(maps)))
