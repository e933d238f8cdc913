"""The published architectures and their numbers of parameters; starts TensorFlow for all tests."""

from typing import Any

from study import models
from study.training import backend

DEVICE = backend.start("cpu", threads=1)

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402, F401 - for tests, which must not import it before

IMAGE = (28, 28, 1)

LENET = {"pooling": "max", "block_dropout": 0.2, "dense_dropout": 0.3}

ARCHITECTURES: list[tuple[str, dict[str, Any], int]] = [
    ("softmax_regression", {}, 7_850),
    ("mlp", {}, 101_770),
    ("core_mlp", {}, 905_010),
    ("lenet5", {}, 61_706),
    ("lenet5", LENET, 61_706),
    ("lenet5", {**LENET, "filters": (12, 32)}, 117_078),
    ("deep_cnn", {}, 3_274_634),
]


def built(name: str, seed: int = 3, **parameters: Any) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return models.build(name, IMAGE, 10, **parameters)
