"""Arrays in an `.npz` file, with the names that Keras or MedMNIST gives them."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from study.datasets import Loaded
from study.datasets._own import as_bytes, loaded
from study.errors import StudyError
from study.jobs import logger
from study.parameters import Rate

ORDERS = ("source",)

NAMES = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("images", "labels", "", ""),
)
"""The arrays' names: those of Keras' datasets, of MedMNIST's, and those without a test split.

Others in the file, such as MedMNIST's `val_images`, are not used; a warning names them.
"""

Labels = npt.NDArray[Any]


def load(
    scratch: Path,
    *,
    path: str,
    classes: tuple[str, ...] | None = None,
    test_fraction: Rate = 0.2,
    split_seed: int = 0,
) -> Loaded:
    """Read the arrays of a file.

    Args:
        scratch: not used.
        path: the file, with arrays named as in :data:`NAMES`. Images are (examples, height, width)
            or with 1 or 3 channels: whole numbers from 0 to 255, or fractions from 0 to 1. Labels
            are whole numbers or text, (examples,) or (examples, 1).
        classes: the classes' names, in the order of the labels' values; without them the values
            themselves.
        test_fraction: without test arrays, this fraction of each class is for testing.
        split_seed: which examples those are.

    Raises:
        StudyError: if the file cannot be read, or an array is missing or something else.
    """
    arrays = _stored(Path(path).expanduser(), path)
    names = next(names for names in NAMES if names[0] in arrays)
    parts = [_part(arrays, *names[:2], path)]
    if names[2] in arrays or names[3] in arrays:
        parts.append(_part(arrays, *names[2:], path))
    kinds = {labels.dtype.kind in "iub" for _, labels in parts}
    if len(kinds) > 1:
        raise StudyError(f"{path}: the labels are numbers in one split and text in the other")
    values = np.unique(np.concatenate([labels for _, labels in parts]))
    if classes is not None and len(classes) != len(values):
        raise StudyError(
            f"{path}: {len(classes)} classes are named, but the labels have {len(values)} values: "
            f"{', '.join(map(str, values[:20]))}"
        )
    ids = [(images, np.searchsorted(values, labels).astype(np.int32)) for images, labels in parts]
    return loaded(
        path, ids[0], ids[1] if len(ids) > 1 else None,
        list(classes) if classes is not None else [str(value) for value in values],
        test_fraction, split_seed,
    )  # fmt: skip


def _stored(file: Path, path: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a file that a dataset can have, by their names.

    Raises:
        StudyError: if the file cannot be read, or does not have the arrays of one way of naming.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            there = set(stored.files)
            wanted = next((own for own in NAMES if {*own[:2]} <= there), None)
            if wanted is None:
                known = "; or ".join(", ".join(filter(None, own)) for own in NAMES)
                raise StudyError(
                    f"{path}: it has the arrays {', '.join(sorted(there)) or 'none'}, not {known}"
                )
            unused = sorted(there - {*wanted})
            if unused:
                logger.warning("%s: not used: %s", path, ", ".join(unused))
            return {name: stored[name] for name in wanted if name in there}
    except StudyError:
        raise
    except Exception as error:
        # NumPy and zipfile raise whatever they come upon in a file that is broken or is none.
        raise StudyError(
            f"{path}: it cannot be read as arrays in an .npz file ({error}); write it with "
            "numpy.savez_compressed"
        ) from error


def _part(
    arrays: dict[str, npt.NDArray[Any]], of_images: str, of_labels: str, path: str
) -> tuple[npt.NDArray[np.uint8], Labels]:
    """The images and labels of one split.

    Raises:
        StudyError: if one is missing, or they do not go together.
    """
    for name in (of_images, of_labels):
        if name not in arrays:
            raise StudyError(f"{path}: the array {name} is missing")
    images = as_bytes(arrays[of_images], f"{path}, {of_images}")
    labels = arrays[of_labels]
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or labels.dtype.kind not in "iuUb":
        raise StudyError(
            f"{path}, {of_labels}: labels must be whole numbers or text, (examples,), but are "
            f"{labels.dtype} {labels.shape}"
        )
    if len(images) != len(labels):
        raise StudyError(f"{path}: {len(images)} {of_images}, but {len(labels)} {of_labels}")
    return images, labels
