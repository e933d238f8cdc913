"""Picture files in one folder per class: `train/<class>/*` and perhaps `test/<class>/*`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from study import pictures
from study.datasets import Loaded
from study.datasets._own import Images, Labels, in_natural_order, loaded, normal
from study.errors import StudyError
from study.jobs import logger
from study.parameters import Count, Rate

ORDERS = ("source",)

IGNORED = ("Thumbs.db", "desktop.ini")
"""What some systems put beside pictures; so are files whose names start with a dot."""

NAMED = 5
"""A message names no more files than this."""


def load(
    scratch: Path,
    *,
    path: str,
    height: Count = 28,
    width: Count = 28,
    channels: Literal[1, 3] = 1,
    test_fraction: Rate = 0.2,
    split_seed: int = 0,
) -> Loaded:
    """Read the pictures of a folder; the names of its folders are the classes.

    Args:
        scratch: not used.
        path: the folder. If it has no folder `train`, its folders are the classes.
        height, width: every picture is scaled to this size, in pixels; at most 4,096.
        channels: 1 for grey, 3 for colour.
        test_fraction: without a folder `test`, this fraction of each class is for testing.
        split_seed: which examples those are.

    Classes and files are in alphabetical order, numbers by their value.

    Raises:
        StudyError: if there are fewer than two classes, a class of `test` is not in `train`, a
            class has no picture, a file is not an image, or a link leads out of the folder.
    """
    root = Path(path).expanduser()
    if not root.is_dir():
        raise StudyError(f"{path}: is not a folder; `path` names one with a folder per class")
    train = root / "train" if (root / "train").is_dir() else root
    test = root / "test" if train != root and (root / "test").is_dir() else None
    classes = _classes(train, root)
    shape = (height, width, channels)
    parts = [_read(train, root, classes, shape)]
    if test:
        own = _classes(test, root)
        if unknown := sorted(set(own) - set(classes)):
            raise StudyError(f"{test}: {train} has no class {', '.join(unknown)}")
        parts.append(_read(test, root, {name: own.get(name) for name in classes}, shape))
    return loaded(path, parts[0], parts[1] if test else None, [*classes], test_fraction, split_seed)


def _classes(folder: Path, root: Path) -> dict[str, Path | None]:
    """The folder of each class, in the order of the classes' ids."""
    found: dict[str, Path | None] = {}
    names = in_natural_order(
        each.name for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")
    )
    _refuse_links_out([folder, *(folder / name for name in names)], root)
    for name in names:
        if normal(name) in found:
            raise StudyError(f"{folder}: two folders are called {normal(name)!r}")
        found[normal(name)] = folder / name
    alike: dict[str, str] = {}
    for name in found:
        if (other := alike.setdefault(name.casefold(), name)) != name:
            raise StudyError(
                f"{folder}: the folders {other!r} and {name!r} differ only in capitals; if they "
                "are one class, move the pictures into one folder, otherwise rename one"
            )
    return found


def _read(
    where: Path, root: Path, classes: dict[str, Path | None], shape: tuple[int, int, int]
) -> tuple[Images, Labels]:
    """The pictures of all classes in one shape; a class without a folder has none."""
    images, labels, broken = [], [], []
    for label, (name, folder) in enumerate(classes.items()):
        names = in_natural_order(file.name for file in folder.iterdir()) if folder else []
        files = [folder / each for each in names if folder and _is_wanted(folder / each)]
        deeper = [each for each in names if folder and (folder / each).is_dir()]
        if deeper and files:
            logger.warning("%s: its folders are not read: %s", folder, ", ".join(deeper[:NAMED]))
        if folder and not files:
            within = " in it, only folders" if deeper else ""
            raise StudyError(f"{folder}: the class {name!r} has no picture{within}")
        lost = [folder / each for each in names if folder and not (folder / each).exists()]
        broken += [f"{file}: is a link to nothing" for file in lost]
        _refuse_links_out(files, root)
        for file in files:
            try:
                images.append(pictures.pixels(pictures.read(file), shape[:2], shape[2]))
                labels.append(label)
            except pictures.PictureError as error:
                broken.append(f"{file}: {error}")
    if broken:
        more = f"\n... and {len(broken) - NAMED:,} more" if len(broken) > NAMED else ""
        raise StudyError(
            "\n".join(broken[:NAMED])
            + f"{more}\nRemove these files, or replace them with pictures."
        )
    if not images:
        split = (
            " (a folder `train` is taken for the training images; rename a class of that name)"
            if where.name == "train"
            else ""
        )
        raise StudyError(f"{where}: there is no folder with pictures in it{split}")
    return np.stack(images), np.array(labels, np.int32)


def _is_wanted(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".") and file.name not in IGNORED


def _refuse_links_out(paths: Sequence[Path], root: Path) -> None:
    """Refuse links that lead out of the dataset's folder: its pictures appear in reports."""
    out = [
        path
        for path in paths
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve())
    ]
    if out:
        more = f" and {len(out) - 1:,} more beside it" if len(out) > 1 else ""
        raise StudyError(
            f"{out[0]}{more}: is a link out of {root}; copy the folder with what its links lead to "
            "(cp -rL), and let `path` name the copy"
        )
