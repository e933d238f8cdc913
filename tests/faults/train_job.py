"""Run the training script's job in a process of its own, as Snakemake would.

A start of TensorFlow costs seconds; a fork of a process that has it costs a hundredth of one. So
TensorFlow is there before the job sets it up: the environment it would set first has no effect.
"""

import json
import multiprocessing
import os
import sys
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["keras", "pandas", "tensorflow"])


def train(asked: Path) -> None:
    """Train what a file says.

    Args:
        asked: JSON with folder, settings, seed, and after how many seconds a checkpoint is due.
    """
    from study import prepared
    from study.jobs import job
    from study.training.job import train_all
    from study.training.run import RunToTrain

    told = json.loads(asked.read_text())
    folder = Path(told["folder"])
    snakemake = SimpleNamespace(
        rule="train",
        wildcards={},
        threads=told.get("threads", 1),
        input=[],
        output=[],
        log=[str(folder / "train.log")],
    )
    run = RunToTrain(
        "experiment",
        "variant",
        told["seed"],
        told["settings"],
        "code",
        folder / "runs" / "experiment" / "variant" / "seed-0",
        folder,
    )
    with job(snakemake):
        dataset = prepared.load(folder / "examples.npz", folder / "dataset.json")
        train_all([run], dataset, snakemake.threads, least_seconds=told["least_seconds"])


def _main(asked: Path, said: Path) -> None:
    """What the process does: its terminal is a file."""
    terminal = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(terminal, 1)
    os.dup2(terminal, 2)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", buffering=1, closefd=False) for n in (1, 2))
    train(asked)


@dataclass
class Training:
    """A process that trains.

    Attributes:
        process: which.
        terminal: the file that gets what it tells the user.
    """

    process: BaseProcess
    terminal: Path

    @classmethod
    def start(cls, asked: Path) -> "Training":
        """Start it; `asked` as for :func:`train`."""
        number = len([*asked.parent.glob("terminal-*")])
        terminal = asked.with_name(f"terminal-{number}")
        process = FORKING.Process(target=_main, args=(asked, terminal), daemon=True)
        process.start()
        return cls(process, terminal)

    @property
    def status(self) -> int | None:
        """How it has ended: negative for a signal; None while it runs."""
        return self.process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        """Its status once it has ended, or after these seconds."""
        self.process.join(seconds)
        return self.status

    @property
    def said(self) -> str:
        """What it has told the user."""
        return self.terminal.read_text()
