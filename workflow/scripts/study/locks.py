"""One process at a time: locks that the operating system frees however their owner ends."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import filelock

from study.errors import StudyError

NOT_SUPPORTED = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)


class TakenError(StudyError):
    """Another process holds the lock."""


def take(path: Path, mode: int = 0o644) -> filelock.BaseFileLock:
    """Take a lock without waiting; it is held until it is released or the process ends.

    The file stays when the lock is released: were it removed, a second process could lock a file
    that a third no longer sees.

    Args:
        path: of the lock's file; its folder is made.
        mode: of the file, if it is new.

    Raises:
        TakenError: if another process has the lock; it names the owner.
        StudyError: if the file system does not support locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path, timeout=0, mode=mode, fallback_to_soft=False)
    owner = path.with_suffix(".owner")
    try:
        lock.acquire()
    except filelock.Timeout as error:
        with contextlib.suppress(OSError):
            raise TakenError(owner.read_text(encoding="utf-8").strip()) from error
        raise TakenError("another process") from error
    except OSError as error:
        if error.errno in NOT_SUPPORTED:
            raise StudyError(
                f"the file system of {path.parent} does not support locks ({error.strerror}), "
                "without which two processes could write the same run; put the results elsewhere, "
                "or mount that file system with locks"
            ) from error
        raise
    with contextlib.suppress(OSError):  # a full disk costs the owner's name, not the lock
        owner.write_text(f"process {os.getpid()} on {os.uname().nodename}\n", encoding="utf-8")
    return lock


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock inside the block; raises as :func:`take`."""
    lock = take(path)
    try:
        yield
    finally:
        lock.release()
