"""What datasets of one's own have in common: checks, and a test split where there is none."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from study.datasets import Loaded, own_name
from study.errors import StudyError
from study.jobs import logger

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]


def loaded(
    path: str,
    train: tuple[Images, Labels],
    test: tuple[Images, Labels] | None,
    class_names: Sequence[str],
    test_fraction: float,
    split_seed: int,
) -> Loaded:
    """A dataset of one's own.

    Args:
        path: where it is, for messages.
        train: images, uint8 (examples, height, width, channels), and class ids.
        test: the same; None: a part of `train` becomes the test split.
        class_names: in the order of their ids.
        test_fraction, split_seed: of that part, see :func:`stratified`.

    Raises:
        StudyError: if it has fewer than two classes, two of one name, one without training
            examples, or no example for testing.
    """
    twice = sorted({name for name in class_names if list(class_names).count(name) > 1})
    if twice:
        raise StudyError(f"{path}: two classes are called {twice[0]!r}; give each its own name")
    if test is not None:
        lacking = sorted(set(np.unique(test[1])) - set(np.unique(train[1])))
        if lacking:
            names = ", ".join(class_names[label] for label in lacking[:20])
            raise StudyError(f"{path}: classes with test examples, but none for training: {names}")
    if split_seed < 0:
        raise StudyError(f"{path}: split_seed must be 0 or more, but is {split_seed}")
    if len(class_names) < 2:
        raise StudyError(
            f"{path}: it has {len(class_names)} class{'es' * (not class_names)}, and a classifier "
            "needs two or more"
        )
    if test is None:
        chosen = stratified(train[1], test_fraction, split_seed)
        lone = [name for i, name in enumerate(class_names) if (train[1] == i).sum() == 1]
        if lone:
            logger.warning("%s: without a test example: %s", path, ", ".join(lone))
        if not chosen.any() or chosen.all():
            raise StudyError(
                f"{path}: {len(chosen)} examples are too few to take a test split from; add some, "
                "or give it a test split of its own"
            )
        images, labels = train
        train, test = (images[~chosen], labels[~chosen]), (images[chosen], labels[chosen])
    arrays: dict[str, npt.NDArray[Any]] = {
        "train_images": train[0],
        "train_labels": train[1].astype(np.int32),
        "test_images": test[0],
        "test_labels": test[1].astype(np.int32),
    }
    origin = {"name": own_name(path), "from": "files", "homepage": ""}
    return Loaded(arrays, list(class_names), origin)


def stratified(labels: Labels, fraction: float, seed: int) -> npt.NDArray[np.bool_]:
    """Which examples are for testing: that fraction of each class, chosen at random by a seed.

    A class with two examples or more has one at least in either part; a class with one example has
    it in the training part.

    Args:
        labels: class ids, (examples,).
        fraction: of each class's examples, rounded to whole ones.
        seed: another one gives another choice.

    Returns:
        bool (examples,).
    """
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        own = rng.permutation(np.flatnonzero(labels == label))
        count = min(max(round(fraction * len(own)), 1), len(own) - 1)
        chosen[own[:count]] = True
    return chosen


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Names sorted as people sort them: 9 before 10, and capitals beside small letters."""

    def key(name: str) -> list[tuple[int, int, str]]:
        parts = re.split(r"(\d+)", normal(name))
        ranks = [(0, int(p), "") if p.isdecimal() else (1, 0, p.casefold()) for p in parts if p]
        return [*ranks, (2, 0, name)]

    return sorted(names, key=key)


def normal(name: str) -> str:
    """A name in Unicode's composed form: file systems differ in how they store an umlaut."""
    return unicodedata.normalize("NFC", name)


def as_bytes(images: npt.NDArray[Any], where: str) -> Images:
    """Images as uint8 (examples, height, width, channels).

    Args:
        images: (examples, height, width) or with channels; whole numbers from 0 to 255, fractions
            from 0 to 1, or booleans.
        where: the file and the array, for messages.

    Raises:
        StudyError: if they are something else.
    """
    if images.ndim == 3:
        images = images[..., np.newaxis]
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise StudyError(
            f"{where}: images must be (examples, height, width) or (examples, height, width, "
            f"channels) with 1 or 3 channels, but are {images.shape}"
        )
    if not images.size:
        raise StudyError(f"{where}: there is no image")
    kind = images.dtype.kind
    if kind not in "biuf":
        raise StudyError(f"{where}: pixels must be numbers, but are {images.dtype}")
    low, high = images.min(), images.max()
    if kind == "b":
        return images.astype(np.uint8) * np.uint8(255)
    if kind in "iu" and low >= 0 and high <= 255:
        if high <= 1:
            logger.warning("%s: all pixels are 0 or 1, of 255: the images are all but black", where)
        return images.astype(np.uint8)
    if kind == "f" and low >= 0 and high <= 1:
        return np.round(images * 255).astype(np.uint8)
    raise StudyError(
        f"{where}: pixels must be whole numbers from 0 to 255 or fractions from 0 to 1, but are "
        f"{images.dtype} from {low:g} to {high:g}"
    )
