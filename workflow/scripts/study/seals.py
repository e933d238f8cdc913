"""The SHA-256 of each file that a job has written, for the jobs that read it.

A disk, a copy or an editor can change a result so that it still looks like one: a digit in a table
is enough. `results/<study>/.sums/` has one small file, `<name>.sha256`, for each output.
An output without such a file is not checked: it came from elsewhere, such as remote storage.
"""

import contextlib
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from study.errors import StudyError
from study.files import every_file, hash_of, make_folder, naming

FOLDER = ".sums"
HASH = re.compile("[0-9a-f]{64}")
NAMED = 10
"""Of more changed files than this, the first are named."""


def verify(inputs: Iterable[str | Path]) -> None:
    """Compare what a job reads with what was written.

    Args:
        inputs: files and folders; of a folder, every file counts.

    Raises:
        StudyError: naming the files that have changed.
    """
    changed = [
        str(path)
        for path in _files(inputs)
        if (seal := _seal(path)) is not None
        and (expected := _read(seal)) is not None
        and hash_of(path) != expected
    ]
    if changed:
        more = f" and {len(changed) - NAMED:,} more" if len(changed) > NAMED else ""
        raise StudyError(
            f"{', '.join(changed[:NAMED])}{more}: the content has changed since the study wrote it "
            "(its SHA-256 differs); delete it and run Snakemake again to recreate it"
        )


def remove(outputs: Iterable[str | Path]) -> None:
    """Forget what was known of outputs that are about to be written."""
    for seal in filter(None, map(_seal, map(Path, outputs))):
        with naming(seal):
            seal.unlink(missing_ok=True)
            if (of_folder := seal.with_suffix("")).is_dir():
                shutil.rmtree(of_folder)


def write(outputs: Iterable[str | Path]) -> None:
    """Note what a job has written.

    A note that is cut short by the end of the process counts as none, so it is not flushed.
    """
    for path in _files(outputs):
        if (seal := _seal(path)) is not None:
            make_folder(seal.parent)
            with naming(seal):
                seal.write_text(hash_of(path))


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from (file for file in every_file(path) if not file.name.startswith("."))
        elif path.is_file():
            yield path


def _seal(path: Path) -> Path | None:
    """Where the hash of a file is; None for one that is not below `results/<study>/`."""
    if path.is_absolute() or path.parts[:1] != ("results",) or len(path.parts) < 3:
        return None
    beside = Path(*path.parts[:2], FOLDER, *path.parts[2:])
    return beside.with_name(f"{beside.name}.sha256")


def _read(seal: Path) -> str | None:
    with contextlib.suppress(FileNotFoundError):
        text = seal.read_text(encoding="ascii", errors="replace")
        return text if HASH.fullmatch(text) else None
    return None
