"""Checkpoints of a run: written atomically, verified on load, gone when the run is done.

A run's folder has one folder a checkpoint, `step-<n>`, with `arrays.npz` and `state.json`; the
latter holds the hash of the former. A checkpoint belongs to one fingerprint of everything that the
run's numbers depend on, and lies in a folder of that name: with another config, other data or other
code it is not even looked at.
"""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError
from study.files import atomic, read_json
from study.jobs import logger

Arrays = Mapping[str, npt.NDArray[Any]]
State = dict[str, Any]

VERSION = 1
KEPT = 2
FINISHED = "finished"
LEAST_SECONDS = 20.0
COST = 0.005
"""At most this share of the time since the last checkpoint may go into writing the next one."""


def fingerprint(*parts: Any) -> str:
    """The SHA-256 of values that JSON can hold."""
    text = json.dumps([VERSION, *parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Checkpoints:
    """The checkpoints of one run; a context manager that holds the run's lock.

    Attributes:
        start: the checkpoints of another run's end, to begin with if there is none of this run.
        end: where to leave a checkpoint when the run is done, for another to begin with.
        seconds: how long the writing took, all checkpoints together.
        trained_seconds: how long the run was trained before this process went on with it.
        resumed_at: the steps from which processes have gone on.
    """

    def __init__(
        self, folder: str | Path, fingerprint: str, least_seconds: float = LEAST_SECONDS
    ) -> None:
        """Name the place.

        Args:
            folder: of this run alone.
            fingerprint: of everything that the run's numbers depend on.
            least_seconds: how long after one checkpoint the next one is due at the earliest.
        """
        self.root = Path(folder)
        self.folder = self.root / fingerprint[:32]
        self.fingerprint = fingerprint
        self.least_seconds = least_seconds
        self.start: Checkpoints | None = None
        self.end: Checkpoints | None = None
        self.seconds = 0.0
        self.trained_seconds = 0.0
        self.resumed_at: list[int] = []
        self._wait = least_seconds
        self._start = self._last = time.perf_counter()

    def __enter__(self) -> "Checkpoints":
        """Take the run's lock.

        Raises:
            StudyError: if another process has it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.root / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.seek(0)
            owner = self._lock.read().strip() or "another process"
            self._lock.close()
            raise StudyError(
                f"{owner} is training this run already (its lock is {self.root / 'lock'}); "
                "wait until it is done, or end it"
            ) from error
        self._lock.truncate(0)
        self._lock.write(f"process {os.getpid()} on {os.uname().nodename}\n")
        self._lock.flush()
        for unfinished in self.folder.glob(".*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.close()

    def due(self) -> bool:
        """Whether enough time has passed for the next checkpoint."""
        return time.perf_counter() - self._last >= self._wait

    def save(self, step: int, arrays: Arrays, state: State) -> None:
        """Write a checkpoint; the newest two are kept.

        It is there whole or not at all: files and folders are flushed before the folder gets its
        name. A full disk is told of in the log, and costs the checkpoint but not the run.
        """
        begin = time.perf_counter()
        temporary = self.folder / f".step-{step}-{os.getpid()}"
        try:
            temporary.mkdir()
            named: dict[str, Any] = dict(arrays)
            with (temporary / "arrays.npz").open("wb+") as file:
                np.savez(file, **named)
                _flush(file)
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            whole = {
                **state,
                "step": step,
                "fingerprint": self.fingerprint,
                "arrays": digest,
                "trained_seconds": self.trained_seconds + begin - self._start,
                "resumed_at": self.resumed_at,
            }
            with (temporary / "state.json").open("w", encoding="utf-8") as text:
                json.dump({**whole, "hash": fingerprint(whole)}, text)
                _flush(text)
            _flush_folder(temporary)
            final = self._path(step)
            shutil.rmtree(final, ignore_errors=True)
            temporary.rename(final)
            _flush_folder(self.folder)
        except OSError as error:
            shutil.rmtree(temporary, ignore_errors=True)
            logger.warning("no checkpoint at step %d: %s", step, error)
        else:
            for old in self._found()[KEPT:]:
                shutil.rmtree(old, ignore_errors=True)
        now = time.perf_counter()
        self.seconds += now - begin
        self._wait = max(self.least_seconds, (now - begin) / COST)
        self._last = now

    def load(self) -> tuple[dict[str, npt.NDArray[Any]], State] | None:
        """The newest usable checkpoint: its arrays and state; None if there is none.

        One that is broken is passed over, with a line in the log.
        """
        if found := self._load():
            return found
        if self.start and (found := self.start._load()):
            self.trained_seconds = self.start.trained_seconds
            self.resumed_at = self.start.resumed_at
            return found
        return None

    def leave(self, step: int, arrays: Arrays, state: State) -> None:
        """Write the checkpoint of the run's end, if another run begins with it."""
        if self.end:
            self.end.folder.mkdir(parents=True, exist_ok=True)
            self.end.trained_seconds, self.end._start = self.trained_seconds, self._start
            self.end.resumed_at = self.resumed_at
            self.end.save(step, arrays, state)

    def _load(self) -> tuple[dict[str, npt.NDArray[Any]], State] | None:
        for path in self._found():
            try:
                state = read_json(path / "state.json")
                if state.pop("hash") != fingerprint(state):
                    raise ValueError("state.json has changed")
                if state["fingerprint"] != self.fingerprint:
                    raise ValueError("it belongs to another run")
                if _hash(path / "arrays.npz") != state["arrays"]:
                    raise ValueError("arrays.npz has changed")
                with np.load(path / "arrays.npz", allow_pickle=False) as stored:
                    arrays = dict(stored)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                logger.warning("the checkpoint %s cannot be used: %s", path, error)
                continue
            logger.info("goes on from the checkpoint %s", path)
            self.trained_seconds = state["trained_seconds"]
            self.resumed_at = [*state["resumed_at"], state["step"]]
            return arrays, state
        return None

    def keep(self, files: Sequence[Path]) -> None:
        """Keep the files of a finished run, for a job that has it among others to do.

        As links to the same contents where the file system has them, so that they take no space.
        """
        temporary = self.folder / f".{FINISHED}-{os.getpid()}"
        try:
            temporary.mkdir()
            hashes = {}
            for file in files:
                _link_or_copy(file, temporary / file.name)
                hashes[file.name] = _hash(file)
            (temporary / "hashes.json").write_text(json.dumps(hashes), encoding="utf-8")
            temporary.rename(self.folder / FINISHED)
        except OSError as error:
            shutil.rmtree(temporary, ignore_errors=True)
            logger.warning("the finished run %s is not kept: %s", self.root, error)

    def restore(self, files: Sequence[Path]) -> bool:
        """Put the files of :meth:`keep` back where they were; whether all are there now."""
        kept = self.folder / FINISHED
        if not kept.is_dir():
            return False
        try:
            hashes = read_json(kept / "hashes.json")
            for file in files:
                if _hash(kept / file.name) != hashes[file.name]:
                    raise ValueError(f"{file.name} has changed")
            for file in files:
                with atomic(file) as temporary:
                    temporary.unlink()
                    _link_or_copy(kept / file.name, temporary)
                    os.utime(temporary)  # newer than what it was made from
        except (OSError, ValueError, KeyError) as error:
            logger.warning("the finished run %s cannot be used: %s", kept, error)
            shutil.rmtree(kept, ignore_errors=True)
            return False
        logger.info("was finished before: %s", kept)
        return True

    def clear(self, but_finished: bool = False) -> None:
        """Remove all checkpoints of the run, also those of other configs and code.

        And those of the other run's end that it has begun with.

        Args:
            but_finished: whether what :meth:`keep` has kept stays.
        """
        kept = self.folder / FINISHED
        if but_finished and kept.is_dir():
            for other in {*self.root.iterdir(), *self.folder.iterdir()} - {self.folder, kept}:
                if other.is_dir():
                    shutil.rmtree(other, ignore_errors=True)
                else:
                    other.unlink(missing_ok=True)
        else:
            shutil.rmtree(self.root, ignore_errors=True)
        if self.start:
            shutil.rmtree(self.start.root, ignore_errors=True)

    def _path(self, step: int) -> Path:
        return self.folder / f"step-{step:012d}"

    def _found(self) -> list[Path]:
        """The checkpoints' folders, the newest first."""
        return sorted(self.folder.glob("step-*"), reverse=True)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
