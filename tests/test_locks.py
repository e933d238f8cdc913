"""Locks: one owner at a time, who is named."""

import errno
import os
from pathlib import Path

import filelock
import pytest

from study import locks
from study.errors import StudyError


def test_the_owner_is_named(tmp_path: Path) -> None:
    with locks.held(tmp_path / "a.lock"):
        with pytest.raises(locks.TakenError, match=f"process {os.getpid()} on "):
            locks.take(tmp_path / "a.lock")
        (tmp_path / "a.owner").unlink()
        with pytest.raises(locks.TakenError, match="another process"):
            locks.take(tmp_path / "a.lock")
    locks.take(tmp_path / "a.lock").release()
    assert (tmp_path / "a.lock").exists(), "a lock that is removed could have two owners"


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK])
def test_a_file_system_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(self: filelock.FileLock) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(StudyError, match=f"the file system of {tmp_path} does not support locks"):
        locks.take(tmp_path / "a.lock")


def test_another_error_is_not_taken_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: filelock.FileLock) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(PermissionError):
        locks.take(tmp_path / "a.lock")
