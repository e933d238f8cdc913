"""Files in the format that MNIST is published in: IDX, compressed with gzip or not."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from study.datasets import Loaded
from study.datasets._own import as_bytes, loaded
from study.errors import StudyError
from study.parameters import Rate

ORDERS = ("source",)

UNSIGNED_BYTES = 8
"""The only type of numbers that is read; the third byte of a file says it."""


def load(
    scratch: Path,
    *,
    path: str,
    classes: tuple[str, ...] | None = None,
    transpose: bool = False,
    test_fraction: Rate = 0.2,
    split_seed: int = 0,
) -> Loaded:
    """Read the files of a folder.

    Args:
        scratch: not used.
        path: the folder. Of the files whose names have `train` in them, one has `images` and one
            `labels` in its name; so do the others with `test` or `t10k`, if there are any.
        classes: the classes' names, in the order of the labels' values; without them the values
            themselves.
        transpose: exchange rows and columns of each image, which EMNIST's files need.
        test_fraction: without test files, this fraction of each class is for testing.
        split_seed: which examples those are.

    The format is described at http://yann.lecun.com/exdb/mnist.

    Raises:
        StudyError: if a file is missing, broken or of another format.
    """
    root = Path(path).expanduser()
    if not root.is_dir():
        raise StudyError(f"{path}: is not a folder; `path` names the one with the IDX files")
    train = _part(root, ("train",), transpose)
    if train is None:
        raise StudyError(f"{path}: there are no files named like train-images and train-labels")
    test = _part(root, ("test", "t10k"), transpose, besides="train")
    values = np.unique(np.concatenate([part[1] for part in (train, test) if part]))
    if classes is not None and len(classes) != len(values):
        raise StudyError(
            f"{path}: {len(classes)} classes are named, but the labels have {len(values)} values: "
            f"{', '.join(map(str, values[:20]))}"
        )
    parts = [
        (part[0], np.searchsorted(values, part[1]).astype(np.int32))
        for part in (train, test)
        if part
    ]
    names = list(classes) if classes is not None else [str(value) for value in values]
    return loaded(path, parts[0], parts[1] if test else None, names, test_fraction, split_seed)


def read(file: Path) -> npt.NDArray[np.uint8]:
    """An IDX file of unsigned bytes, compressed with gzip or not, as an array of its shape.

    Raises:
        StudyError: if it is something else, or has more or fewer numbers than its header says.
    """
    try:
        content = file.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(f"{file}: it cannot be read ({error})") from error
    dimensions = content[3] if len(content) > 3 else 0
    if content[:2] != b"\0\0" or not 1 <= dimensions <= 4:
        raise StudyError(f"{file}: is not an IDX file")
    if content[2] != UNSIGNED_BYTES:
        raise StudyError(f"{file}: its numbers are not unsigned bytes")
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise StudyError(f"{file}: it ends before its numbers begin")
    shape = np.frombuffer(content, ">u4", dimensions, 4).tolist()
    if len(content) != start + math.prod(shape):
        raise StudyError(
            f"{file}: its header says {' x '.join(map(str, shape))} numbers, but it has "
            f"{len(content) - start:,}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _part(
    root: Path, words: tuple[str, ...], transpose: bool, besides: str | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]] | None:
    """The images and labels of one split; None if there is no file of it.

    Args:
        root: the folder.
        words: a file of the split has one of them in its name,
        besides: and not this one: `latest-train-images` is no test file.
        transpose: exchange rows and columns of each image.
    """
    found = {}
    for what in ("images", "labels"):
        files = sorted(
            file
            for file in root.iterdir()
            if file.is_file()
            and not file.name.startswith(".")
            and what in file.name
            and any(word in file.name for word in words)
            and not (besides and besides in file.name)
        )
        if len(files) > 1:
            names = " and ".join(file.name for file in files)
            raise StudyError(f"{root}: {names} could all be the {what}; leave one there")
        if files:
            found[what] = files[0]
    if not found:
        return None
    for what in ("images", "labels"):
        if what not in found:
            there = next(iter(found.values())).name
            raise StudyError(f"{root}: there is {there}, but no file of {what} that belongs to it")
    images, labels = read(found["images"]), read(found["labels"])
    if labels.ndim != 1 or len(labels) != len(images):
        raise StudyError(f"{root}: {len(images)} images, but labels of the shape {labels.shape}")
    if transpose and images.ndim > 2:
        images = images.swapaxes(1, 2)
    return as_bytes(images, str(found["images"])), labels
