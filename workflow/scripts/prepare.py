"""Prepare a data set for training: checked uint8 arrays, class names, a fingerprint."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study import datasets
from study.files import read_json
from study.jobs import job, logger

if TYPE_CHECKING:
    from snakemake.script import snakemake


def digits() -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """scikit-learn's embedded handwritten digits, drawn into 28x28 the way MNIST is.

    Its 1,797 images of 8x8 pixels, 0..16, are the test part of a set collected at Bogazici
    University (UCI, Optical Recognition of Handwritten Digits). As in MNIST, each is scaled to
    20x20 and put with its centre of mass at the centre of 28x28. A fifth of each class, drawn with
    a fixed seed, is the test split.
    """
    from scipy import ndimage
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    images = np.stack([_centred(image, ndimage) for image in bunch.images])[..., np.newaxis]
    labels = bunch.target.astype(np.int32)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=0
    )
    arrays = {
        "train_images": images[train],
        "train_labels": labels[train],
        "test_images": images[test],
        "test_labels": labels[test],
    }
    about = {
        "source": "digits",
        "name": "digits",
        "from": "scikit-learn",
        "order": "source",
        "homepage": "https://archive.ics.uci.edu/dataset/80",
        "class_names": [str(digit) for digit in range(10)],
    }
    return arrays, about


def _centred(image: npt.NDArray[np.float64], ndimage: Any) -> npt.NDArray[np.uint8]:
    """One image of 8x8, 0..16, as MNIST has its images: uint8 (28, 28)."""
    large = ndimage.zoom(image / 16 * 255, 20 / 8, order=1, grid_mode=True, mode="nearest")
    canvas = np.zeros((28, 28))
    canvas[4:24, 4:24] = large
    shift = np.round(13.5 - np.array(ndimage.center_of_mass(canvas))).astype(int)
    top, left = np.clip(4 + shift, 0, 8)
    canvas = np.zeros((28, 28))
    canvas[top : top + 20, left : left + 20] = large
    return np.clip(np.round(canvas), 0, 255).astype(np.uint8)


def fetched(examples: str, about: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """What the stage before has fetched."""
    with np.load(examples, allow_pickle=False) as stored:
        return {name: stored[name] for name in datasets.ARRAYS}, read_json(about)


if __name__ == "__main__":
    with job(snakemake):
        name, title = snakemake.params.dataset, snakemake.params.title
        if snakemake.params.kind == "digits":
            arrays, origin = digits()
        else:
            arrays, origin = fetched(snakemake.input.examples, snakemake.input.about)
        class_names = origin.pop("class_names")
        datasets.check(arrays, class_names, name)
        about = {
            "name": name,
            "title": title,
            "class_names": class_names,
            "input_shape": list(arrays["train_images"].shape[1:]),
            "examples": {split: len(arrays[f"{split}_labels"]) for split in ("train", "test")},
            "fingerprint": datasets.fingerprint(arrays),
            "origin": origin,
        }
        datasets.save(snakemake.output.examples, snakemake.output.about, arrays, about)
        logger.info("%s: %s, fingerprint %s", name, about["examples"], about["fingerprint"])
