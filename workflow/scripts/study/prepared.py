"""Prepared datasets: arrays on the disk, and what is known of them."""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import DamagedError, StudyError
from study.files import atomic, read_json, write_json
from study.splits import Split

Arrays = Mapping[str, npt.NDArray[Any]]

ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")


@dataclass(frozen=True)
class Dataset:
    """A prepared dataset.

    Attributes:
        arrays: `train_images` and `test_images`, uint8 (examples, height, width, channels);
            `train_labels` and `test_labels`, int32 (examples,), class ids.
        about: the contents of `dataset.json`: name, class_names, input_shape, the number of
            examples of each split, fingerprint, and where the data came from.
    """

    arrays: Arrays
    about: dict[str, Any]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one image, (height, width, channels)."""
        return tuple(self.about["input_shape"])

    @property
    def class_names(self) -> list[str]:
        """The classes' names, in the order of their ids."""
        return list(self.about["class_names"])

    def part(self, split: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
        """The images and labels of a split such as `train[10000:]`.

        Raises:
            StudyError: if it has no example.
        """
        wanted = Split.parse(split)
        labels = self.arrays[f"{wanted.name}_labels"]
        where = wanted.slice(len(labels))
        if where == slice(0, 0):
            raise StudyError(
                f"the split {split!r} leaves no example: {self.about['name']} has "
                f"{len(labels)} in {wanted.name}"
            )
        return self.arrays[f"{wanted.name}_images"][where], labels[where]

    def share_examples(self, one: str, other: str) -> bool:
        """Whether two splits have an example in common."""
        first, second = Split.parse(one), Split.parse(other)
        count = len(self.arrays[f"{first.name}_labels"])
        places = set(range(count)[first.slice(count)]) & set(range(count)[second.slice(count)])
        return first.name == second.name and bool(places)


def fingerprint(arrays: Arrays) -> str:
    """The SHA-256 of the arrays: names, types, shapes and bytes, in the order of :data:`ARRAYS`."""
    digest = hashlib.sha256()
    for name in ARRAYS:
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()


def check(arrays: Arrays, class_names: list[str], name: str) -> None:
    """Refuse arrays that cannot be a dataset of one shape.

    Raises:
        StudyError: naming the dataset and what is wrong with it.
    """
    for split in ("train", "test"):
        images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
        where = f"dataset {name}, split {split}"
        if images.dtype != np.uint8 or images.ndim != 4:
            raise StudyError(
                f"{where}: images must be uint8 (examples, height, width, channels), "
                f"but are {images.dtype} {images.shape}"
            )
        if len(images) != len(labels) or not len(images):
            raise StudyError(f"{where}: {len(images)} images, but {len(labels)} labels")
        if images.shape[1:] != arrays["train_images"].shape[1:]:
            raise StudyError(f"{where}: its images have another shape than those of train")
        if labels.min() < 0 or labels.max() >= len(class_names):
            raise StudyError(
                f"{where}: labels from {labels.min()} to {labels.max()}, "
                f"but there are {len(class_names)} classes"
            )


def put_in_order(
    arrays: Arrays, order: Mapping[str, npt.NDArray[np.int32]]
) -> dict[str, npt.NDArray[Any]]:
    """The arrays with each split's examples in another order.

    Args:
        arrays: those named in :data:`ARRAYS`.
        order: of each split, the indices of its examples in their new order, int32 (examples,).
    """
    return {name: arrays[name][order[name.partition("_")[0]]] for name in ARRAYS}


def save(examples: str | Path, about_file: str | Path, arrays: Arrays, about: Any) -> None:
    """Write a prepared dataset: its arrays, then what is known of it."""
    save_arrays(examples, {name: arrays[name] for name in ARRAYS})
    write_json(about_file, about)


def save_arrays(file: str | Path, arrays: Arrays) -> None:
    """Write arrays to an uncompressed `.npz` file, atomically."""
    named: dict[str, Any] = dict(arrays)
    with atomic(file) as temporary:
        np.savez(temporary, **named)


def load_arrays(file: str | Path) -> dict[str, npt.NDArray[Any]]:
    """Read an `.npz` file.

    Raises:
        StudyError: if it is missing or broken.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            return dict(stored)
    except (
        OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error
    ) as error:  # fmt: skip
        raise StudyError(
            f"{file} cannot be read ({error}); delete it and run Snakemake again to recreate it"
        ) from error


def load(examples: str | Path, about_file: str | Path) -> Dataset:
    """Read a prepared dataset, and verify that its arrays are those that were prepared.

    Raises:
        StudyError: if a file is missing or broken, or the arrays have another fingerprint.
    """
    arrays = load_arrays(examples)
    try:
        about = read_json(about_file)
        dataset = Dataset({name: arrays[name] for name in ARRAYS}, about)
        expected = dataset.about["fingerprint"]
    except DamagedError:
        raise
    except (OSError, KeyError, TypeError) as error:
        raise StudyError(
            f"the prepared data in {examples} and {about_file} cannot be read ({error!r}); delete "
            "both files and run Snakemake again to recreate them"
        ) from error
    if fingerprint(dataset.arrays) != expected:
        raise StudyError(
            f"the arrays in {examples} are not those that {about_file} describes (their "
            "fingerprints differ); delete both files and run Snakemake again to recreate them"
        )
    return dataset
