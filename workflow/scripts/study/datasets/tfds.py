"""Any image classification set of TensorFlow Datasets, from its public host or a folder of files.

TensorFlow Datasets knows each file's address and checksum, retries downloads, and reads the files'
format. What comes out is plain arrays, so no later stage needs it.
"""

import contextlib
import hashlib
import os
import string
from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import requests

from study.datasets import DATA_DIR_VARIABLE, Loaded, _downloads
from study.errors import StudyError
from study.jobs import logger
from study.words import nearest

ORDERS = ("tfds", "source")
"""`tfds`: the fixed shuffled order in which TensorFlow Datasets stores a set; `source`: the order
of the published files."""

NAMES = "_catalogue"
OF_MNISTS_SHAPE = ("mnist", "fashion_mnist")
PUBLISHED = {
    "mnist": {"train": 60_000, "test": 10_000, "classes": 10},
    "fashion_mnist": {"train": 60_000, "test": 10_000, "classes": 10},
}

_MERGED = string.digits + string.ascii_uppercase + "abdefghnqrt"

CHARACTERS = {
    "emnist/byclass": string.digits + string.ascii_letters.swapcase(),
    "emnist/bymerge": _MERGED,
    "emnist/balanced": _MERGED,
    "emnist/letters": "-" + string.ascii_lowercase,
}
"""EMNIST's classes by id; TensorFlow Datasets has numbers for names. Letters count from 1, and
lower-case letters that look like their capitals are one class with them (Cohen et al., 2017)."""

Arrays = dict[str, npt.NDArray[Any]]


def load(scratch: Path, *, name: str) -> Loaded:
    """Fetch and decode a dataset, once for both orders.

    Args:
        scratch: an empty folder for downloads.
        name: the name in the catalogue of TensorFlow Datasets, such as `kmnist` or
            `emnist/letters`: any image classification set whose images have one shape, with splits
            `train` and `test`. Without it, the dataset's own name in the config.

    Classes without a training example are left out: `emnist/letters` has 37 names for 26 letters.
    EMNIST's images are turned upright, and its classes are called by their characters.

    The environment variable of :data:`study.datasets.DATA_DIR_VARIABLE` may name a folder with a
    folder `name` that holds the dataset's files as the public host serves them; without it, they
    are downloaded.

    Raises:
        StudyError: if the name is unknown, the files cannot be had, or one is not as published.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow_datasets as tfds

    tfds.disable_progress_bar()
    folder = os.environ.get(DATA_DIR_VARIABLE)
    data_dir = Path(folder) if folder else None
    manual = data_dir / name if data_dir and (data_dir / name).is_dir() else None
    config = tfds.download.DownloadConfig(manual_dir=manual)
    logger.info("fetching %s from %s", name, manual or "its public host")
    stored: dict[str, Arrays] = {}
    for order in ("source", "tfds"):
        builder = _builder(name, scratch / order)
        _check_features(builder, name)
        # In the order of the files: the setting with which a builder says "do not shuffle".
        builder.info.as_proto.disable_shuffling = order == "source"
        try:
            with _downloads.patient():
                builder.download_and_prepare(download_dir=scratch / "files", download_config=config)
        except Exception as error:
            raise StudyError(_explain(name, manual, data_dir, error)) from error
        stored[order] = _arrays(builder, name)
    origin = {
        "name": name,
        "version": str(builder.version),
        "from": "a folder of files" if manual else "the public host",
        "homepage": builder.info.homepage,
    }
    orders = {split: _order(stored["source"], stored["tfds"], split) for split in ("train", "test")}
    config_name = builder.builder_config.name if builder.builder_config else ""
    own = CHARACTERS.get(f"{builder.name}/{config_name}", builder.info.features["label"].names)
    try:
        arrays, class_names = used(stored["source"], own)
    except StudyError as error:
        raise StudyError(f"{name}: {error}") from error
    if builder.name == "emnist":
        arrays |= {split: arrays[split].swapaxes(1, 2) for split in arrays if "images" in split}
    return Loaded(arrays, class_names, origin, {"tfds": orders})


def _builder(name: str, data_dir: Path) -> Any:
    """The builder of a dataset; StudyError if its name, config or version is unknown."""
    import tensorflow_datasets as tfds

    try:
        return tfds.builder(name, data_dir=data_dir)
    except (tfds.core.DatasetNotFoundError, AssertionError, ValueError) as error:
        dataset, _, config = name.partition(":")[0].partition("/")
        hint = ""
        with contextlib.suppress(tfds.core.DatasetNotFoundError, ValueError):
            configs = [*tfds.builder_cls(dataset).builder_configs]
            hint = nearest(config, configs) if config and configs else ""
        raise StudyError(
            f"TensorFlow Datasets has no dataset {name!r}{hint}; see its catalogue for the names"
        ) from error


def used(arrays: Arrays, class_names: Sequence[str]) -> tuple[Arrays, list[str]]:
    """A dataset without the classes that have no training example.

    Args:
        arrays: as :class:`study.datasets.Loaded` has them.
        class_names: of all classes.

    Returns:
        The same arrays, with the remaining classes' ids from 0, and their names.

    Raises:
        StudyError: if a test example is of a class that is left out.
    """
    there = np.unique(arrays["train_labels"])
    if not np.isin(arrays["test_labels"], there).all():
        raise StudyError("a class has test examples, but none for training")
    own = {
        split: np.searchsorted(there, arrays[split]).astype(np.int32)
        for split in ("train_labels", "test_labels")
    }
    return arrays | own, [class_names[label] for label in there]


def _check_features(builder: Any, name: str) -> None:
    """Refuse a dataset that is of another kind, before it is downloaded."""
    features = builder.info.features
    if features is None or not {"image", "label"} <= set(features):
        raise StudyError(f"{name} is not an image classification dataset of TensorFlow Datasets")
    shape = features["image"].shape
    if None in shape or shape[-1] not in (1, 3):
        raise StudyError(
            f"the images of {name} have the shape {shape} in TensorFlow Datasets; only datasets "
            "whose images all have one shape, with 1 or 3 channels, can be used"
        )


def _arrays(builder: Any, name: str) -> Arrays:
    """The examples of a prepared builder."""
    import tensorflow_datasets as tfds

    arrays: Arrays = {}
    for split in ("train", "test"):
        if split not in builder.info.splits:
            raise StudyError(f"{name} has no split {split!r} (it has {list(builder.info.splits)})")
        examples = tfds.as_numpy(builder.as_dataset(split=split, batch_size=-1))
        arrays[f"{split}_images"] = examples["image"]
        arrays[f"{split}_labels"] = examples["label"].astype(np.int32)
    return arrays


def _order(source: Arrays, other: Arrays, split: str) -> npt.NDArray[np.int32]:
    """The indices that put a split of `source` into the order of `other`, int32 (examples,).

    Examples are matched by content; equal ones are interchangeable.
    """
    places: dict[bytes, deque[int]] = defaultdict(deque)
    for place, key in enumerate(_keys(source, split)):
        places[key].append(place)
    return np.array([places[key].popleft() for key in _keys(other, split)], np.int32)


def _keys(arrays: Arrays, split: str) -> list[bytes]:
    images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
    return [
        hashlib.sha256(image.tobytes() + label.tobytes()).digest()
        for image, label in zip(images, labels, strict=True)
    ]


def _explain(name: str, manual: Path | None, data_dir: Path | None, error: Exception) -> str:
    """One message for whatever went wrong while the files were fetched."""
    kind = type(error).__name__
    remedy = (
        f"Without a network, put the dataset's files as published into a folder named {name}, "
        f"and name the folder above it as data_dir in the config or in {DATA_DIR_VARIABLE}."
    )
    if kind == "NonMatchingChecksumError":
        where = f"in {manual}" if manual else "that was downloaded"
        return (
            f"{name}: a file {where} is not the published one: {_first_line(error)}\n"
            "Nothing of it was kept. Replace the file by a fresh copy, or remove it to download it."
        )
    if isinstance(error, requests.RequestException) or kind == "DownloadError":
        looked = f"they are not all in {data_dir}, and " if data_dir else ""
        request = getattr(error, "request", None)
        detail = f"{kind}, {request.url}" if request is not None else _first_line(error)
        if _downloads.stopped_halfway(error):
            detail = f"each time, the download stopped halfway: {_first_line(error)}"
        return f"{name}: {looked}its files cannot be downloaded ({detail})\n{remedy}"
    return f"{name}: its files cannot be read: {kind}: {_first_line(error)}\n{remedy}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300]
