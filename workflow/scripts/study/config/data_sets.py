"""What can be wrong with a dataset of the config."""

from collections.abc import Iterator
from pathlib import Path

from study import datasets, parameters
from study.config import messages
from study.config.description import DataSet
from study.config.resolving import Config
from study.families import SOURCES
from study.preparation import PREPARATIONS
from study.words import nearest


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
    own = {k: v for k, v in options.items() if k not in DataSet.model_fields and v is not None}
    if "name" in parameters.names(SOURCES.source(source), "load"):
        own.setdefault("name", "")
    found = messages.problems(SOURCES.description(source), own, at)
    yield from found
    if not found and "path" in own:
        yield from path_problems(own["path"], f"{at}.path")


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
