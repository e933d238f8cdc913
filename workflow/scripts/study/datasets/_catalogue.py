"""Which names TensorFlow Datasets knows.

Importing it takes seconds, so its files are looked at first.
"""

import importlib.util
import os
import re
from pathlib import Path

from study.words import closest

NAME = re.compile(r"(?P<dataset>[^/:]+)(/[^:]*)?(:[\d*].*)?")
"""`name`, `name/config` and either with a version; names with a namespace are not checked."""

CATALOGUE = "https://www.tensorflow.org/datasets/catalog"


def complaint(name: str) -> str:
    """Why there is no such dataset in the catalogue; "" if there may be one.

    Args:
        name: with or without a config and a version: `emnist/letters:3.1.0`.
    """
    package = importlib.util.find_spec("tensorflow_datasets")
    parts = NAME.fullmatch(name)
    if package is None or package.origin is None or parts is None:
        return ""
    dataset = parts["dataset"]
    if _may_be_of(Path(package.origin).parent, dataset):
        return ""
    known = _names()
    stored = _as_stored(dataset)
    if stored in known:
        return ""
    hint = closest(stored.replace("-", "_"), known)
    return f"TensorFlow Datasets has no {dataset!r}{hint} (all names: {CATALOGUE})"


def _may_be_of(package: Path, dataset: str) -> bool:
    """Whether a file or a folder of the package has the name of the dataset: most have."""
    if (package / "url_checksums" / f"{dataset}.txt").is_file():
        return True
    return any(
        dataset in folders or f"{dataset}.py" in files for _, folders, files in os.walk(package)
    )


def _names() -> list[str]:
    """All names; importing them takes seconds."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow_datasets as tfds

    return list(tfds.list_builders(with_community_datasets=False))


def _as_stored(dataset: str) -> str:
    """A name as the catalogue has it, which also takes the names of classes: `FashionMNIST`."""
    from tensorflow_datasets.core import naming

    return str(naming.camelcase_to_snakecase(dataset))
