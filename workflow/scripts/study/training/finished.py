"""Finished runs, kept as links beside the checkpoints.

Snakemake deletes the outputs of a job before it runs and when it fails. A run that has been trained
once is put back instead of trained again, whatever made its job due: another pack, a change that is
taken back, a file time.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from study.files import atomic, flush, flush_folder, hash_of, link_or_copy, make_folder, read_json
from study.jobs import logger
from study.training import identity

NAME = "finished"
KEPT = 2
"""How many identities of a run are kept: the current one, and the one before."""


def keep(folder: Path, files: Sequence[Path]) -> None:
    """Keep the files of a finished run.

    As links to the same contents where the file system has them, so that they take no space.

    Args:
        folder: the checkpoints' folder of the run's identity.
        files: all that the run publishes.
    """
    temporary = folder / f".{NAME}-{os.getpid()}"
    try:
        make_folder(temporary)
        hashes = {}
        for file in files:
            link_or_copy(file, temporary / file.name)
            hashes[file.name] = hash_of(file)
        with (temporary / "hashes.json").open("w", encoding="utf-8") as text:
            json.dump(hashes, text)
            flush(text)
        flush_folder(temporary)
        shutil.rmtree(folder / NAME, ignore_errors=True)
        temporary.rename(folder / NAME)
        flush_folder(folder)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        logger.warning("the finished run in %s is not kept: %s", files[0].parent, error)


def restore(folder: Path, files: Sequence[Path]) -> bool:
    """Put the files of :func:`keep` back where they were, and remove checkpoints beside them.

    There are some if the process was killed before :func:`clear` had removed them.

    Returns:
        Whether all of them are in place now. Where one has changed, none is used.

    Raises:
        OSError: if they cannot be written, on a full disk for instance; what is kept stays.
    """
    kept = folder / NAME
    if not kept.is_dir():
        return False
    try:
        hashes = read_json(kept / "hashes.json")
        for file in files:
            if hash_of(kept / file.name) != hashes[file.name]:
                raise ValueError(f"{file.name} has changed")
    except (OSError, ValueError, KeyError) as error:
        logger.warning("the finished run in %s cannot be used and is removed: %s", kept, error)
        shutil.rmtree(kept, ignore_errors=True)
        return False
    for file in files:
        with atomic(file) as temporary:
            temporary.unlink()
            link_or_copy(kept / file.name, temporary)
            os.utime(temporary)  # newer than what it was made from
    for path in folder.iterdir():
        if path.name != NAME:
            shutil.rmtree(path, ignore_errors=True)
    logger.info("was finished before, and is put back: %s", kept)
    return True


def is_kept(root: Path, settings: Mapping[str, Any], seed: int, about: Path, code: str) -> bool:
    """Whether a run is kept that has been finished on the data that is there, by this code.

    Args:
        root: the checkpoints' folder of the run, with one folder per identity.
        settings, seed: the run's.
        about: the `dataset.json` of its dataset, which may not be there yet.
        code: the fingerprint of the code that computes.
    """
    if not about.is_file() or not root.is_dir():
        return False
    try:
        data = read_json(about)["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return False  # the job that reads it says what is wrong
    found = (identity.of_run(settings, seed, data, code, device) for device in ("cpu", "gpu"))
    return any((root / each[:32] / NAME).is_dir() for each in found)


def clear(folder: Path) -> None:
    """Remove what is no longer needed of a run that is finished and in place.

    Its checkpoints, those of its other identities, and all finished ones but the newest two.

    Args:
        folder: the checkpoints' folder of the run's identity.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name != NAME:
            shutil.rmtree(path, ignore_errors=True)
    if not folder.parent.is_dir():
        return
    others = [other for other in folder.parent.iterdir() if other.is_dir() and other != folder]
    others.sort(key=_time_of, reverse=True)
    for place, other in enumerate(others):
        if place < KEPT - 1 and (other / NAME).is_dir():
            for path in other.iterdir():
                if path.name != NAME:
                    shutil.rmtree(path, ignore_errors=True)
        else:
            shutil.rmtree(other, ignore_errors=True)


def _time_of(folder: Path) -> tuple[bool, float]:
    """Finished ones first, the newest last written first."""
    finished = folder / NAME / "hashes.json"
    return finished.is_file(), finished.stat().st_mtime if finished.is_file() else 0.0
