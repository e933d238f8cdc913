"""What can be wrong with a dataset of the config."""

from collections.abc import Iterator
from pathlib import Path

from study import datasets, parameters
from study.config import messages
from study.config.description import DatasetOptions
from study.config.resolving import Config
from study.families import SOURCES
from study.preparation import PREPARATIONS
from study.words import nearest

LONGEST_SIDE = 4096
"""Pixels; every image of a dataset is held in memory."""


def problems(options: Config, at: str) -> Iterator[str]:
    """What is wrong with a dataset.

    Args:
        options: of the dataset.
        at: the path of its key.
    """
    source = options["source"]
    if source not in SOURCES.names():
        yield f"{at}.source: {source!r} is not known{nearest(source, SOURCES.names())}"
        return
    pictures = options.get("pictures", "plain")
    if pictures not in PREPARATIONS.names():
        hint = nearest(str(pictures), PREPARATIONS.names())
        yield f"{at}.pictures: {pictures!r} is not known{hint}"
    known = datasets.orders(source)
    order = options.get("order")
    if order is not None and order not in known:
        yield f"{at}.order: {order!r} is not known{nearest(order, known)}"
    own = {
        k: v for k, v in options.items() if k not in DatasetOptions.model_fields and v is not None
    }
    if "name" in parameters.names(SOURCES.source(source), "load"):
        own.setdefault("name", "")
    found = messages.problems(SOURCES.description(source), own, at)
    yield from found
    if not found:
        yield from _number_problems(own, at)
    if not found and "name" in own:
        name = own["name"] or at.rpartition(".")[2]
        if unknown := datasets.complaint(source, name):
            yield f"{at}.name: {unknown}"
    if not found and "path" in own:
        yield from path_problems(own["path"], f"{at}.path")


def _number_problems(own: Config, at: str) -> Iterator[str]:
    """Numbers of a source of one's own files that no images have, or that no generator takes."""
    for key in ("height", "width"):
        if own.get(key, 0) > LONGEST_SIDE:
            yield f"{at}.{key}: is {own[key]:,}, but must be at most {LONGEST_SIDE:,} pixels"
    if own.get("split_seed", 0) < 0:
        yield f"{at}.split_seed: is {own['split_seed']}, but must be at least 0"


def path_problems(path: str, at: str) -> Iterator[str]:
    """What is wrong with a path of the user's files."""
    try:
        is_there = bool(path) and Path(path).expanduser().exists()
    except (RuntimeError, OSError, ValueError) as error:
        yield f"{at}: {path}: {error}"
        return
    if not is_there:
        yield (
            f"{at}: there is no {path or 'path'} (a path is relative to the folder in which "
            f"Snakemake runs, here {Path.cwd()})"
        )
