"""What the terminal says while a study runs: one line for each finished training.

Snakemake reports each job that starts and ends, which says nothing about accuracies, and buries the
lines that do. Where its own stream handler writes, these lines take that place; its log file below
`.snakemake/log` has everything. With `--quiet all`, `--verbose`, a dry run or a logger plugin,
Snakemake's output is left as it is.
"""

import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from study import words
from study.files import read_json

AT_MOST = 20
"""Of a job that trained more runs than this, the first and the last are told."""


@dataclass
class Training:
    """A job that trains runs.

    Attributes:
        records: the `run.json` of each of its runs.
        limit: the minutes that it may take.
        started, seconds: when it was started, by the clock, and how long it took; None before.
        idle: how many of these seconds it did not train: imports, compiling, files.
        failed: whether its last attempt has.
    """

    records: list[str]
    limit: float
    started: float | None = None
    seconds: float | None = None
    idle: float = 0.0
    failed: bool = False

    @cached_property
    def variants(self) -> frozenset[Path]:
        """What it trains, whatever the seed."""
        return frozenset(Path(record).parents[1] for record in self.records)


@dataclass
class Trainings:
    """The trainings that are due, by the numbers of their jobs, and how long they take.

    Attributes:
        due: all of them.
        clock: seconds, from any start.
        workers: the most that ran at once so far.
    """

    due: dict[int, Training]
    clock: Callable[[], float] = time.monotonic
    workers: int = field(default=0, init=False)

    def start(self, job: int) -> None:
        """A job has started; it may be another than a training."""
        if job in self.due:
            self.due[job].started, self.due[job].failed = self.clock(), False
            running = [t for t in self.due.values() if t.started is not None and t.seconds is None]
            self.workers = max(self.workers, len(running))

    def finish(self, job: int) -> Training | None:
        """A job has finished. Returns it if it is a training."""
        training = self.due.get(job)
        if training and training.started is not None:
            training.seconds = self.clock() - training.started
        return training

    def fail(self, job: int) -> None:
        """A job has failed; it may be started again."""
        if job in self.due:
            self.due[job].started, self.due[job].failed = None, True

    @property
    def finished(self) -> list[Training]:
        """Those that have finished."""
        return [training for training in self.due.values() if training.seconds is not None]

    def seconds_left(self) -> float:
        """How long the rest takes, about; NaN before the first has finished.

        A training takes as long as another seed of it took. Of other variants nothing is known but
        their time limits, so they train for the same fraction of them as those that have finished,
        and are idle for as long. What has failed takes no time.
        """
        finished = self.finished
        if not finished:
            return float("nan")
        known: dict[frozenset[Path], list[float]] = defaultdict(list)
        for training in finished:
            known[training.variants].append(training.seconds or 0.0)
        idle = sum(t.idle for t in finished)
        fraction = (sum(t.seconds or 0 for t in finished) - idle) / sum(t.limit for t in finished)
        left = []
        for training in self.due.values():
            if training.seconds is not None or training.failed:
                continue
            if same := known.get(training.variants):
                expected = sum(same) / len(same)
            else:
                expected = idle / len(finished) + fraction * training.limit
            age = 0.0 if training.started is None else self.clock() - training.started
            left.append(max(expected - age, 0.0))
        return max(sum(left) / max(self.workers, 1), max(left, default=0.0))


def accuracy(record: str | Path) -> float:
    """The test accuracy of the run with this `run.json`, from the predictions beside it."""
    with np.load(Path(record).with_name("predictions.npz")) as stored:
        return float((stored["logits"].argmax(axis=1) == stored["labels"]).mean())


def reached(training: Training) -> tuple[list[str], float]:
    """What the runs of a finished training reached, and the seconds that they trained.

    Returns:
        One line per run, or those of the first and the last if they are many.
    """
    if len(training.records) > AT_MOST:
        records = [training.records[0], training.records[-1]]
    else:
        records = training.records
    lines = []
    abouts = {record: read_json(record) for record in training.records}
    for record in records:
        about = abouts[record]
        lines.append(
            f"{about['experiment']}/{about['variant']} seed {about['seed']}: accuracy "
            f"{accuracy(record):.4f} in {words.seconds(about['timings']['train_s'])}"
        )
    if len(records) < len(training.records):
        lines.insert(1, f"    and {len(training.records) - 2:,} runs between them")
    return lines, sum(
        about["timings"]["train_s"] - about["timings"]["inherited_s"] for about in abouts.values()
    )


def roughly(seconds: float) -> str:
    """A duration that is not known well: `5 s`, `12 min`, `2 h 07 min`."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 3600 else words.seconds(seconds)


class Narrator(logging.Handler):
    """Turns Snakemake's events into lines.

    Args:
        trainings: asked once, when the first job starts: the jobs that train.
        stream: where to write.
    """

    def __init__(self, trainings: Callable[[], Trainings], stream: TextIO) -> None:
        super().__init__()
        self._ask = trainings
        self._trainings: Trainings | None = None
        self._stream = stream
        self._tenths = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Say what an event means, if it is one that people wait for."""
        event = str(getattr(record, "event", ""))
        try:
            if event == "job_started":
                self._trainings = self._trainings or self._ask()
                for job in record.jobs:  # type: ignore[attr-defined]
                    self._trainings.start(job)
            elif event == "job_finished" and self._trainings:
                self._finished(self._trainings, record.job_id)  # type: ignore[attr-defined]
            elif event == "job_error" and self._trainings:
                self._trainings.fail(record.jobid)  # type: ignore[attr-defined]
            elif event == "progress":
                self._progress(record.done, record.total)  # type: ignore[attr-defined]
        except Exception:
            self.handleError(record)

    def _finished(self, trainings: Trainings, job: int) -> None:
        training = trainings.finish(job)
        if not training:
            return
        with contextlib.suppress(OSError):  # another storage has taken the files
            lines, trained = reached(training)
            training.idle = max((training.seconds or 0.0) - trained, 0.0)
            self._say(*lines)
        done, due = len(trainings.finished), len(trainings.due)
        failed = sum(t.failed for t in trainings.due.values())
        rest = f", {failed:,} failed" if failed else ""
        if done + failed < due:
            rest += f"; about {roughly(trainings.seconds_left())} left"
        unit = "training" if all(len(t.records) == 1 for t in trainings.due.values()) else "job"
        self._say(f"    {done:,} of {due:,} {unit}s done{rest}")

    def _progress(self, done: int, total: int) -> None:
        if (tenths := 10 * done // max(total, 1)) > self._tenths:
            self._tenths = tenths
            self._say(f"{done:,} of {total:,} jobs done ({100 * done // total} %)")

    def _say(self, *lines: str) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


def _is_said(record: logging.LogRecord) -> bool:
    """Whether Snakemake's own handler shows a record beside our lines."""
    event = str(getattr(record, "event", ""))
    selecting = str(record.msg).startswith("Select jobs to execute")
    return event not in ("job_started", "job_finished", "progress") and not selecting


def narrate(logger: logging.Logger, trainings: Callable[[], Trainings]) -> None:
    """Have a logger of Snakemake's say what people wait for, in place of what it says by itself.

    Nothing changes if no stream handler of Snakemake's own is there.
    """
    for handler in list(logger.handlers):
        if handler.name == "DefaultStreamHandler" and isinstance(handler, logging.StreamHandler):
            handler.addFilter(_is_said)
            logger.addHandler(Narrator(trainings, handler.stream))


def trainings_of(jobs: Iterable[Any]) -> Trainings:
    """The trainings among Snakemake's jobs: those with a `run.json` among their outputs."""
    due = {}
    for job in jobs:
        records = [str(file) for file in job.output if str(file).endswith("/run.json")]
        if records:
            due[job.jobid] = Training(records, float(job.resources.get("runtime", 10)))
    return Trainings(due)
