"""Hands out GPUs, so that two jobs on one machine never share one.

A job holds the lock of its GPU's file for as long as it runs; the operating system frees it however
the job ends. GPUs are identified by their UUIDs, which schedulers do not renumber.
"""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import filelock

from study import locks
from study.errors import StoppedError
from study.jobs import logger

POLL_SECONDS = 2.0

_held: list[filelock.BaseFileLock] = []  # until the process ends


def take_gpu(
    wait: bool = True,
    folder: str | Path | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> str | None:
    """Take one of the visible GPUs, and make it the only one that CUDA shows to this process.

    Call it before TensorFlow is imported. Where CUDA_VISIBLE_DEVICES is set, by a user or by a
    scheduler, only the GPUs named there count.

    Args:
        wait: whether to wait until a GPU is free.
        folder: where the lock files are, by default the machine's folder for temporary files.
        stopping: whether to wait no longer.

    Returns:
        The GPU's UUID; None if the machine has none that `nvidia-smi` knows, or none is free.

    Raises:
        StoppedError: when asked to while it waits.
    """
    gpus = visible_gpus(os.environ.get("CUDA_VISIBLE_DEVICES"), installed_gpus())
    waiting = False
    while gpus:
        for gpu in gpus:
            with contextlib.suppress(locks.TakenError):
                # For other users of the machine, too.
                path = Path(folder or tempfile.gettempdir()) / f"softmax2cnn-{gpu}.lock"
                _held.append(locks.take(path, mode=0o666))
                os.environ["CUDA_VISIBLE_DEVICES"] = gpu
                return gpu
        if not wait:
            break
        if not waiting:
            logger.info("waits for a GPU: all %d are taken", len(gpus))
            waiting = True
        if stopping():
            raise StoppedError("stopped while it waited for a GPU, as a signal asked")
        time.sleep(POLL_SECONDS)
    return None


def release() -> None:
    """Let others have the GPU that this process has taken."""
    while _held:
        _held.pop().release()


def installed_gpus() -> list[str]:
    """The UUIDs of the machine's GPUs, in CUDA's order by bus."""
    try:
        asked = ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def visible_gpus(setting: str | None, installed: Sequence[str]) -> list[str]:
    """The GPUs that a value of CUDA_VISIBLE_DEVICES leaves.

    CUDA reads numbers and (beginnings of) UUIDs up to the first entry that names no GPU.
    """
    if setting is None:
        return list(installed)
    found = []
    for entry in map(str.strip, setting.split(",")):
        if entry.isdigit() and int(entry) < len(installed):
            found.append(installed[int(entry)])
        elif entry and (named := [gpu for gpu in installed if gpu.startswith(entry)]):
            found.append(named[0])
        else:
            break
    return found
