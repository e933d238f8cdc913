"""scikit-learn's embedded handwritten digits, drawn into 28x28 the way MNIST is. No network."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from study.datasets import Loaded
from study.preparation._centred import BOX, centred

ORDERS = ("source",)
OF_MNISTS_SHAPE = ("digits",)
PUBLISHED = {"digits": {"train": 1437, "test": 360, "classes": 10}}


def load(scratch: Path) -> Loaded:
    """1,797 images of ten digits; a fifth of each class, drawn with a fixed seed, is for testing.

    They are 8x8 pixels, 0..16, the test part of a set collected at Bogazici University (UCI,
    Optical Recognition of Handwritten Digits). As in MNIST, each is scaled to 20x20 and placed with
    its centre of mass at the centre of 28x28.
    """
    bunch = load_digits()
    images = np.stack([_centred(image) for image in bunch.images])[..., np.newaxis]
    labels = bunch.target.astype(np.int32)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=0
    )
    arrays: dict[str, npt.NDArray[Any]] = {
        "train_images": images[train],
        "train_labels": labels[train],
        "test_images": images[test],
        "test_labels": labels[test],
    }
    origin = {
        "name": "digits",
        "from": "scikit-learn",
        "homepage": "https://archive.ics.uci.edu/dataset/80",
    }
    return Loaded(arrays, [str(digit) for digit in range(10)], origin)


def _centred(image: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """One image of 8x8, 0..16, as MNIST has its images: uint8 (28, 28)."""
    large = ndimage.zoom(image / 16 * 255, BOX / 8, order=1, grid_mode=True, mode="nearest")
    return np.clip(np.round(centred(large)), 0, 255).astype(np.uint8)
