"""Checkpoints of a run: written atomically, verified on load, gone when the run is done.

A run's folder has one folder per identity, and in it one folder per checkpoint, `step-<n>`, with
`arrays.npz` and `state.json`; the latter holds the hash of the former. The identity is the hash of
everything that the run's bits depend on (:func:`study.training.identity.of_run`): with another
config, other data or other code a checkpoint is not even looked at.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from study.files import flush, flush_folder, hash_of, make_folder, read_json
from study.jobs import logger
from study.training.identity import digest

Arrays = Mapping[str, npt.NDArray[Any]]
State = dict[str, Any]

NAME = "step-"
"""What a checkpoint's folder is called, with the number of steps made."""

UNFINISHED = f".{NAME}"

KEPT = 2
LEAST_SECONDS = 20.0
COST = 0.005
"""The fraction of the time since the last checkpoint that writing the next one may take."""


class Checkpoints:
    """The checkpoints of one identity.

    Attributes:
        folder: where they lie; other identities of the run lie beside it.
        seconds: how long the writing took, all checkpoints together.
        trained_seconds: how long the run was trained before this process continued it.
        inherited_seconds: how long a shorter run was trained that this one begins with.
        resumed_at: the steps from which processes have continued.
    """

    def __init__(
        self,
        root: str | Path,
        identity: str,
        least_seconds: float = LEAST_SECONDS,
        platform: str = "",
    ) -> None:
        """Name the place.

        Args:
            root: the folder of a run.
            identity: the hash of everything that the run's bits depend on.
            least_seconds: how long after one checkpoint the next one is due at the earliest.
            platform: of processor, threads and packages; steps made on another one would not have
                the bits of a run that never stopped.
        """
        self.platform = platform
        self.root = Path(root)
        self.folder = self.root / identity[:32]
        self.identity = identity
        self.least_seconds = least_seconds
        self.seconds = 0.0
        self.trained_seconds = 0.0
        self.inherited_seconds = 0.0
        self.resumed_at: list[int] = []
        self._wait = least_seconds
        self._start = self._last = time.perf_counter()

    def due(self) -> bool:
        """Whether enough time has passed for the next checkpoint."""
        return time.perf_counter() - self._last >= self._wait

    def save(self, step: int, arrays: Arrays, state: State) -> None:
        """Write a checkpoint; the newest two are kept.

        It is there whole or not at all: files and folders are flushed before the folder gets its
        name. A full disk is noted in the log, and costs the checkpoint but not the run.

        Args:
            step: how many steps were made.
            arrays: all that changes from step to step, by name.
            state: what else is needed to continue; JSON can hold it.
        """
        begin = time.perf_counter()
        temporary = self.folder / f"{UNFINISHED}{step}-{os.getpid()}"
        try:
            make_folder(temporary)
            named: dict[str, Any] = dict(arrays)
            with (temporary / "arrays.npz").open("wb+") as file:
                np.savez(file, **named)
                flush(file)
                file.seek(0)
                hashed = hashlib.file_digest(file, "sha256").hexdigest()
            whole = {
                **state,
                "step": step,
                "identity": self.identity,
                "platform": self.platform,
                "arrays": hashed,
                "trained_seconds": self.trained_seconds + begin - self._start,
                "inherited_seconds": self.inherited_seconds,
                "resumed_at": self.resumed_at,
            }
            with (temporary / "state.json").open("w", encoding="utf-8") as text:
                json.dump({**whole, "hash": digest(whole)}, text)
                flush(text)
            flush_folder(temporary)
            final = self.folder / f"{NAME}{step:012d}"
            shutil.rmtree(final, ignore_errors=True)
            temporary.rename(final)
            flush_folder(self.folder)
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

    def load(self, at_most: int | None = None) -> tuple[dict[str, npt.NDArray[Any]], State] | None:
        """The newest usable checkpoint: its arrays and state; None if there is none.

        A broken one is removed, with a line in the log: it must not take the place of a new one.

        Args:
            at_most: passes over checkpoints after more steps than this.
        """
        for unfinished in self.folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        for path in self._found():
            if at_most is not None and _step(path) > at_most:
                continue
            try:
                arrays, state = self._read(path)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                logger.warning("the checkpoint %s cannot be used and is removed: %s", path, error)
                shutil.rmtree(path, ignore_errors=True)
                continue
            logger.info("continues from the checkpoint %s", path)
            self.trained_seconds = state["trained_seconds"]
            self.inherited_seconds = state["inherited_seconds"]
            self.resumed_at = [*state["resumed_at"], state["step"]]
            return arrays, state
        return None

    def load_end(
        self, ends: "Checkpoints", at_most: int
    ) -> tuple[dict[str, npt.NDArray[Any]], State] | None:
        """The end of the longest run that this one can begin with, like :meth:`load`.

        Args:
            ends: where shorter runs leave their ends.
            at_most: how many steps this run makes. An end after as many is not a beginning: it is
                of an equal run, or its own, left by a process that was killed soon afterwards.
        """
        found = ends.load(at_most - 1)
        if found:
            self.trained_seconds = self.inherited_seconds = ends.trained_seconds
            self.resumed_at = ends.resumed_at
        return found

    def leave_end(self, ends: "Checkpoints", step: int, arrays: Arrays, state: State) -> None:
        """Leave the end of this run for longer ones, like :meth:`save`."""
        ends.trained_seconds, ends._start = self.trained_seconds, self._start
        ends.resumed_at = self.resumed_at
        ends.save(step, arrays, state)

    def remove(self, at_most: int | None = None) -> None:
        """Remove the checkpoints, or those after at most a given number of steps."""
        for path in [*self._found(), *self.folder.glob(f"{UNFINISHED}*")]:
            if at_most is None or (path.name[0] != "." and _step(path) <= at_most):
                shutil.rmtree(path, ignore_errors=True)
        for folder in (self.folder, self.root):
            with contextlib.suppress(OSError):  # not empty, or another job has removed it
                folder.rmdir()

    def _read(self, path: Path) -> tuple[dict[str, npt.NDArray[Any]], State]:
        state = read_json(path / "state.json")
        if state.pop("hash") != digest(state):
            raise ValueError("state.json has changed")
        if state["identity"] != self.identity:
            raise ValueError("it belongs to another run")
        if state["platform"] != self.platform:
            raise ValueError("other processors, numbers of threads or packages round differently")
        if hash_of(path / "arrays.npz") != state["arrays"]:
            raise ValueError("arrays.npz has changed")
        with np.load(path / "arrays.npz", allow_pickle=False) as stored:
            return dict(stored), state

    def _found(self) -> list[Path]:
        """The checkpoints' folders, the newest first."""
        return sorted(self.folder.glob(f"{NAME}*"), reverse=True)


def _step(path: Path) -> int:
    return int(path.name.removeprefix(NAME))
