"""Hands out graphics cards, so that two jobs on one machine never share one.

A job holds the lock of its card's file for as long as it runs; the operating system frees it
however the job ends. Cards are told apart by their UUIDs, which schedulers do not renumber.
"""

import contextlib
import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from study.errors import StoppedError
from study.jobs import logger

POLL_SECONDS = 2.0

_held: list[Any] = []  # open files, and with them their locks, until the process ends


def take_card(
    wait: bool = True,
    folder: str | Path | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> str | None:
    """Take one of the visible cards, and make it the only one that CUDA shows to this process.

    Call it before TensorFlow is imported. Where CUDA_VISIBLE_DEVICES is set, by a user or by a
    scheduler, only the cards named there count.

    Args:
        wait: whether to wait until a card is free.
        folder: where the lock files are, by default the machine's folder for temporary files.
        stopping: whether to wait no longer.

    Returns:
        The card's UUID; None if the machine has none that `nvidia-smi` knows, or none is free.

    Raises:
        StoppedError: when asked to while it waits.
    """
    cards = visible_cards(os.environ.get("CUDA_VISIBLE_DEVICES"), installed_cards())
    told = False
    while cards:
        for card in cards:
            if _lock(Path(folder or tempfile.gettempdir()) / f"softmax2cnn-{card}.lock"):
                os.environ["CUDA_VISIBLE_DEVICES"] = card
                return card
        if not wait:
            break
        if not told:
            logger.info("waits for a graphics card: all %d are taken", len(cards))
            told = True
        if stopping():
            raise StoppedError("stopped while it waited for a graphics card, as a signal asked")
        time.sleep(POLL_SECONDS)
    return None


def give_back() -> None:
    """Let others have the card that this process has taken."""
    while _held:
        _held.pop().close()


def installed_cards() -> list[str]:
    """The UUIDs of the machine's cards, in CUDA's order by bus."""
    try:
        asked = ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def visible_cards(setting: str | None, installed: Sequence[str]) -> list[str]:
    """The cards that a value of CUDA_VISIBLE_DEVICES leaves.

    CUDA reads numbers and (beginnings of) UUIDs up to the first entry that names no card.
    """
    if setting is None:
        return list(installed)
    found = []
    for entry in map(str.strip, setting.split(",")):
        if entry.isdigit() and int(entry) < len(installed):
            found.append(installed[int(entry)])
        elif entry and (named := [card for card in installed if card.startswith(entry)]):
            found.append(named[0])
        else:
            break
    return found


def _lock(path: Path) -> bool:
    with contextlib.suppress(OSError):
        path.touch(mode=0o666, exist_ok=False)
        path.chmod(0o666)  # for other users of the machine
    file = path.open("r")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _held.append(file)
    return True
