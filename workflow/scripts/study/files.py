"""Atomic writes: a file is there whole, or not at all."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from study.errors import DamagedError


@contextlib.contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and move it there once the block has ended well.

    The temporary file has the same suffix as `path` (writers such as Keras look at it), is flushed
    to the disk before the move, and is removed if the block raises. If the process is killed, the
    next one that writes `path` removes it.

    Raises:
        OSError: names `path`.
    """
    path = Path(path)
    start = f".{path.stem}-"
    with naming(path):
        make_folder(path.parent)
        _remove_left(path.parent, start, path.suffix)
        handle, name = tempfile.mkstemp(prefix=start, suffix=path.suffix, dir=path.parent)
        temporary = Path(name)
        try:
            _claim(handle)
            with naming(path, instead_of=temporary):
                yield temporary
                with temporary.open("rb+") as written:
                    os.fsync(written.fileno())
                temporary.chmod(0o666 & ~_umask())
                temporary.replace(path)
                flush_folder(path.parent)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
            os.close(handle)


@contextlib.contextmanager
def scratch_folder(parent: Path, name: str) -> Iterator[Path]:
    """Give an empty folder in `parent` for temporary files, and remove it after the block.

    Args:
        parent: the folder in which it lies; it is made if it is missing.
        name: what it is for. If the process is killed, the next one that asks for this name
            removes what is left.
    """
    start = f".{name}-"
    with naming(parent):
        make_folder(parent)
        _remove_left(parent, start, "")
        folder = Path(tempfile.mkdtemp(prefix=start, dir=parent))
        handle = os.open(folder, os.O_RDONLY)
    try:
        _claim(handle)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`, and move it there once the block has ended well.

    What is in it is flushed to the disk before the move, and it is removed if the block raises. A
    folder that is there already is replaced.

    Raises:
        OSError: names a file or `path`.
    """
    with scratch_folder(path.parent, path.name) as scratch:
        whole = scratch / path.name
        with naming(path, instead_of=whole):
            whole.mkdir()
            yield whole
            for file in every_file(whole):
                with file.open("rb+") as written:
                    os.fsync(written.fileno())
            for folder, _, _ in os.walk(whole, topdown=False):
                flush_folder(Path(folder))
            shutil.rmtree(path, ignore_errors=True)
            whole.rename(path)
            flush_folder(path.parent)


@contextlib.contextmanager
def naming(path: str | Path, instead_of: Path | None = None) -> Iterator[None]:
    """Have errors of the operating system say which file they are about.

    Args:
        path: the file.
        instead_of: a file that the user does not know, for which `path` is named.
    """
    try:
        yield
    except OSError as error:
        said = str(error.filename or "")
        if os.sep in said and said != str(instead_of):  # rmtree names files without their folders
            raise
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8, atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented JSON with sorted keys, atomically; refuses NaN and infinity."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Read a JSON file.

    Raises:
        OSError: if it cannot be read; names `path`.
        DamagedError: if it is not JSON.
    """
    with naming(path):
        text = Path(path).read_bytes()
    try:
        return json.loads(text)
    except ValueError as error:
        raise DamagedError(
            f"{path}: is damaged ({error}); delete it and run Snakemake again to recreate it"
        ) from error


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's contents, in hexadecimal."""
    with naming(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def last_of(page: str | Path) -> Path:
    """Where :func:`keep_last` keeps a page."""
    return Path(page).parent / ".last" / Path(page).name


def keep_last(page: str | Path) -> None:
    """Keep a page that is finished: Snakemake removes it before it has the next one made."""
    with atomic(last_of(page)) as temporary:
        temporary.unlink()
        link_or_copy(Path(page), temporary)


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` a second name of `source`, or a copy where the file system has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def flush(file: Any) -> None:
    """Write an open file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Write a folder's list of names to the disk, where the file system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with naming(folder):
            os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, if they are missing, and write their names to the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)


def every_file(folder: Path) -> Iterator[Path]:
    """All files below a folder; unlike `Path.rglob`, no folder that cannot be read is passed over.

    Raises:
        OSError: naming such a folder.
    """

    def refuse(error: OSError) -> None:
        raise error

    for place, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(place, name) for name in names)


def _claim(handle: int) -> None:
    """Lock a temporary file or folder: while the lock is held, its writer lives."""
    with contextlib.suppress(OSError):  # without locks nothing is cleared away
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_left(parent: Path, start: str, suffix: str) -> None:
    """Remove what killed processes have left: temporary files and folders without a lock."""
    name = re.compile(rf"{re.escape(start)}[a-z0-9_]{{8}}{re.escape(suffix)}")
    for path in parent.iterdir():
        if not name.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):  # locked, or gone by now
            handle = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            finally:
                os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
