"""What the terminal says while a study runs."""

import io
import json
import logging
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from study import terminal
from study.terminal import Training, Trainings


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def trained(folder: Path, variant: str, seed: int, right: int) -> str:
    """A finished run of 100 test examples. Returns its record."""
    run = folder / variant / f"seed-{seed}"
    run.mkdir(parents=True)
    about = {
        "experiment": "grid",
        "variant": variant,
        "seed": seed,
        "timings": {"train_s": 65.4, "inherited_s": 0.4},
    }
    (run / "run.json").write_text(json.dumps(about))
    labels = np.zeros(100, np.int32)
    logits = np.zeros((100, 2), np.float32)
    logits[right:, 1] = 1
    np.savez(run / "predictions.npz", logits=logits, labels=labels)
    return str(run / "run.json")


def said(due: dict[int, Training], *events: dict[str, Any], clock: Clock | None = None) -> str:
    """What Snakemake's terminal shows of events; `at` moves the clock."""
    stream, clock = io.StringIO(), clock or Clock()
    logger = logging.Logger("snakemake")
    handler = logging.StreamHandler(stream)
    handler.name = "DefaultStreamHandler"
    logger.addHandler(handler)
    terminal.narrate(logger, lambda: Trainings(due, clock))
    for event in events:
        clock.now = event.pop("at", clock.now)
        logger.info(event.pop("message", "Snakemake's words"), extra=event)
    return stream.getvalue()


def started(*jobs: int, at: float = 0) -> dict[str, Any]:
    return {"event": "job_started", "jobs": jobs, "at": at}


def finished(job: int, at: float = 0) -> dict[str, Any]:
    return {"event": "job_finished", "job_id": job, "at": at}


def test_a_finished_training_is_a_line_with_what_is_left(tmp_path: Path) -> None:
    due = {number: Training([trained(tmp_path, "a", number, 90 + number)], 5) for number in (1, 2)}
    shown = said(due, started(1), finished(1, at=40), started(2, at=40), finished(2, at=80))
    assert shown.splitlines() == [
        "grid/a seed 1: accuracy 0.9100 in 1 min 05 s",
        "    1 of 2 trainings done; about 40 s left",
        "grid/a seed 2: accuracy 0.9200 in 1 min 05 s",
        "    2 of 2 trainings done",
    ]


def test_other_jobs_are_told_by_the_tenth() -> None:
    progress = [{"event": "progress", "done": done, "total": 40} for done in range(1, 41)]
    between = [{"message": "Select jobs to execute..."}, started(7), finished(7)]
    shown = said({}, *between, *progress, {"message": "A warning"}).splitlines()
    assert shown[0] == "4 of 40 jobs done (10 %)"
    assert shown[-2:] == ["40 of 40 jobs done (100 %)", "A warning"]
    assert len(shown) == 11


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "1 s"), (4.6, "5 s"), (59, "59 s"), (130, "2 min"), (7620, "2 h 07 min")],
)
def test_the_rest_is_told_roughly(seconds: float, shown: str) -> None:
    assert terminal.roughly(seconds) == shown


def test_many_runs_of_one_job_are_told_by_two(tmp_path: Path) -> None:
    count = terminal.AT_MOST + 1
    records = [trained(tmp_path, "a", seed, 50) for seed in range(count)]
    (first, between, last), trained_seconds = terminal.reached(Training(records, 5))
    assert trained_seconds == pytest.approx(65 * count)
    assert first.startswith("grid/a seed 0: accuracy 0.5000")
    assert between.strip() == f"and {count - 2} runs between them"
    assert last.startswith(f"grid/a seed {count - 1}: ")
    assert len(terminal.reached(Training(records[1:], 5))[0]) == count - 1


def test_files_that_another_storage_took_are_no_error() -> None:
    shown = said({1: Training(["elsewhere/run.json"], 5)}, started(1), finished(1))
    assert shown.splitlines() == ["    1 of 1 trainings done"]


def record(variant: str, seed: int) -> list[str]:
    return [f"runs/grid/{variant}/seed-{seed}/run.json"]


def test_the_time_left_goes_by_other_seeds_and_else_by_time_limits() -> None:
    clock = Clock()
    trainings = Trainings(
        {
            1: Training(record("short", 0), 10),
            2: Training(record("short", 1), 10),
            3: Training(record("long", 0), 40),
        },
        clock,
    )
    assert math.isnan(trainings.seconds_left())
    trainings.start(1)
    clock.now = 60
    assert trainings.finish(1) is trainings.due[1]
    assert trainings.seconds_left() == pytest.approx(60 + 4 * 60)
    trainings.start(2)
    trainings.start(3)
    clock.now = 100
    assert trainings.seconds_left() == pytest.approx(240 - 40), "two at once: the longer one"
    assert trainings.finish(4) is None, "no training"
    clock.now = 1000
    assert trainings.seconds_left() == 0, "longer than expected"


def failed(job: int) -> dict[str, Any]:
    return {"event": "job_error", "jobid": job, "message": "Error in rule train"}


def test_a_failed_training_is_counted_and_takes_no_time(tmp_path: Path) -> None:
    due = {number: Training([trained(tmp_path, "a", number, 90)], 5) for number in (1, 2, 3)}
    events = [started(1), failed(1), started(2), finished(2, at=40), started(3, at=40)]
    shown = said(due, *events, failed(9), failed(3), started(3, at=50), finished(3, at=90))
    assert shown.splitlines()[:3] == [
        "Error in rule train",
        "grid/a seed 2: accuracy 0.9000 in 1 min 05 s",
        "    1 of 3 trainings done, 1 failed; about 40 s left",
    ]
    assert shown.splitlines()[-1] == "    2 of 3 trainings done, 1 failed", "3 was started again"


def test_the_time_left_of_many_trainings_is_known_at_once() -> None:
    """Each training is looked at once: comparing all pairs took minutes of every hour."""
    asked = 0

    class Counting(Training):
        @property
        def variants(self) -> frozenset[Path]:  # type: ignore[override]
            nonlocal asked
            asked += 1
            return super().variants

    trainings = Trainings({i: Counting(record(f"v{i // 10}", i % 10), 10) for i in range(300)})
    for job in range(150):
        trainings.start(job)
        trainings.finish(job)
    trainings.seconds_left()
    assert asked == 300


def test_short_trainings_take_as_long_to_start_as_long_ones(tmp_path: Path) -> None:
    """Of 75 s, the first one trained for 65."""
    due = {1: Training([trained(tmp_path, "long", 1, 90)], 10), 2: Training(record("short", 1), 1)}
    shown = said(due, started(1), finished(1, at=75))
    assert f"about {10 + 65 / 10:.0f} s left" in shown


def test_a_stream_of_a_logger_plugin_is_left_alone() -> None:
    logger = logging.Logger("snakemake")
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    terminal.narrate(logger, lambda: Trainings({}))
    assert len(logger.handlers) == 1
    assert not logger.handlers[0].filters


def test_trainings_are_the_jobs_that_write_records() -> None:
    train = SimpleNamespace(jobid=3, output=record("a", 0), resources={"runtime": 20})
    figure = SimpleNamespace(jobid=4, output=["figures/curves.svg"], resources={})
    assert terminal.trainings_of([train, figure]).due == {3: Training(record("a", 0), 20.0)}
