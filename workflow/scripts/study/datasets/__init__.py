"""One file per data source, each with one function and one constant:

    load(scratch, *, ...) -> Loaded
    ORDERS = ("source",)      # the orders of examples that it offers; the first is the default

A source whose sets have the shape of MNIST's images, 28 x 28 x 1, says so: `OF_MNISTS_SHAPE` holds
their names. `PUBLISHED` has the numbers of examples and classes of sets that are the same for all.
`NAMES` names the module beside it that knows, without loading a set, which names there are.

A source is added by adding its file and naming it in the config.
"""

import hashlib
import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study import parameters
from study.errors import StudyError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DATA_DIR_VARIABLE = "SOFTMAX2CNN_DATA_DIR"
"""The environment variable with the folder of the datasets' files, for use without a network."""


@dataclass(frozen=True)
class Loaded:
    """What a source gives.

    Attributes:
        arrays: `train_images` and `test_images`, uint8 (examples, height, width, channels);
            `train_labels` and `test_labels`, int32 (examples,); all in the order `source`.
        class_names: the classes' names, in the order of their ids.
        origin: what is known of where they come from, for `dataset.json`.
        orders: of each order but `source` the indices of `train` and `test` in that order, int32.
    """

    arrays: "dict[str, npt.NDArray[Any]]"
    class_names: list[str]
    origin: dict[str, Any]
    orders: "dict[str, dict[str, npt.NDArray[np.int32]]]" = field(default_factory=dict)


def orders(name: str) -> tuple[str, ...]:
    """The orders of examples that the source `name` offers; the first is the default."""
    return tuple(parameters.constants(Path(__file__).parent / f"{name}.py")["ORDERS"])


def public_name(options: dict[str, Any]) -> str:
    """The name by which claims know a dataset: that in a catalogue, or its source's.

    Args:
        options: of a dataset, with the defaults.
    """
    if "path" in options:
        return own_name(options["path"])
    return str(options.get("name", options["source"]))


def own_name(path: str) -> str:
    """The public name of a dataset of one's own, by the path of its files."""
    return f"own/{Path(path).expanduser().resolve().name}"


def is_of_mnists_shape(options: dict[str, Any]) -> bool:
    """Whether a dataset is known to have images of 28 x 28 x 1, before they are fetched.

    Args:
        options: of a dataset, with the defaults.
    """
    known = parameters.constants(Path(__file__).parent / f"{options['source']}.py")
    return options.get("name", options["source"]) in known.get("OF_MNISTS_SHAPE", ())


def complaint(source: str, name: str) -> str:
    """Why a source has no set of this name; "" if it may have one."""
    names = parameters.constants(Path(__file__).parent / f"{source}.py").get("NAMES")
    if names is None:
        return ""
    return str(importlib.import_module(f"study.datasets.{names}").complaint(name))


def published(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """What is known of a dataset before it is fetched, in the words of `dataset.json`.

    Args:
        name: in the config.
        options: of the dataset, with or without the defaults.

    Returns:
        `name`, `examples` of each split, `class_names` and `input_shape`; those that are not known
        are empty.
    """
    constants = parameters.constants(Path(__file__).parent / f"{options['source']}.py")
    public = options.get("name") or (name if options["source"] == "tfds" else options["source"])
    known = constants.get("PUBLISHED", {}).get(str(public), {})
    shape = (28, 28, 1) if public in constants.get("OF_MNISTS_SHAPE", ()) else ()
    return {
        "name": name,
        "examples": {split: known[split] for split in ("train", "test") if split in known},
        "class_names": list(range(known.get("classes", 0))),
        "input_shape": shape,
    }


def state(options: dict[str, Any]) -> list[str]:
    """What is there of a dataset's own files: it changes when a file does, or comes, or goes.

    Args:
        options: of a dataset; one from elsewhere has no `path`.

    Returns:
        Of each file its path, size and time of modification, as one digest; none without a file.
    """
    if "path" not in options:
        return []
    root = Path(options["path"]).expanduser()
    digest = hashlib.sha256()
    for file in sorted(_files(root)) if root.is_dir() else [root]:
        about = file.lstat() if file.is_dir() else file.stat()
        digest.update(os.fsencode(file.relative_to(root)))
        digest.update(f"\n{about.st_size} {about.st_mtime_ns}\n".encode())
    return [digest.hexdigest()]


def _files(root: Path) -> Iterator[Path]:
    """All files below a folder, and links to folders, which are not followed."""

    def refuse(error: OSError) -> None:
        raise StudyError(f"{error.filename}: cannot be read ({error.strerror})") from error

    for folder, subfolders, names in os.walk(root, onerror=refuse):
        yield from (path for name in names if (path := Path(folder, name)).is_file())
        yield from (path for name in subfolders if (path := Path(folder, name)).is_symlink())


def load(name: str, scratch: Path, /, **options: Any) -> Loaded:
    """Load a dataset from the source `name`.

    Args:
        name: the name of its file, without `.py`.
        scratch: an empty folder for temporary files.
        options: the source's own parameters, see its file.

    Raises:
        StudyError: if the data cannot be had, or is not what it should be.
    """
    loaded: Loaded = importlib.import_module(f"study.datasets.{name}").load(scratch, **options)
    return loaded
