"""Images of which a class can be learned, plans, models; starts TensorFlow, once for all tests."""

from typing import Any

import numpy as np

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


def examples(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images of which a class can be learned: noise with a bright band whose place is the class."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 10, count).astype(np.int32)
    images = generator.integers(0, 60, (count, *IMAGE)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 3 : 2 * label + 6] += 180
    return images, labels


def built(name: str, seed: int = 3, **parameters: Any) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return models.build(name, IMAGE, 10, **parameters)
