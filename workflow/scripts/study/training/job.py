"""A training job: one or more runs, one after the other, each with its lock and checkpoints."""

import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from study import locks
from study.errors import StoppedError, StudyError
from study.jobs import described, logger
from study.prepared import Dataset
from study.training import backend, devices, finished
from study.training.checkpoints import LEAST_SECONDS
from study.training.identity import digest
from study.training.run import RunToTrain, fit


def train_all(
    runs: list[RunToTrain], dataset: Dataset, threads: int, least_seconds: float = LEAST_SECONDS
) -> None:
    """Train runs, each continuing from its last checkpoint if there is one.

    Args:
        runs: they share data, device, precision and resources.
        dataset: the prepared dataset.
        threads: CPU threads to use.
        least_seconds: how long after one checkpoint the next one is due at the earliest.

    Raises:
        StudyError: if a run failed, for whatever reason. The others are finished first; all that
            are finished are kept beside the checkpoints, since Snakemake deletes what a failed job
            has written.
        StoppedError: if a signal came.
    """
    begin = time.perf_counter()
    stopping = signals()
    data = dataset.about["fingerprint"]
    left = [run for run in runs if not _put_back(run, data)]
    if not left:
        return
    shared = runs[0].settings
    device = backend.start(
        shared["device"],
        threads,
        shared["precision"],
        side_by_side=shared["training"]["microbatch_size"] is not None,
        stopping=stopping,
    )
    from study.training.cache import CompiledStepCache

    cache = CompiledStepCache(device.jit_compile, device.microbatches_at_once)
    start_seconds = time.perf_counter() - begin
    failures: list[str] = []
    first = True
    for run in left:
        logger.info("%s: %s: %s", run.id, device, run.settings)
        about = {
            "device": device.__dict__,
            "runs_in_job": len(runs),
            "start_s": start_seconds,
            "is_first": first,
        }
        try:
            with run.locked():
                if _train_one(run, dataset, cache, stopping, about, least_seconds):
                    first = False
        except StoppedError:
            raise
        except Exception as error:
            first = False
            logger.info("failed: %s", run.id, exc_info=True)
            failures.append(f"{run.id}: {explained(error, run.settings)}")
        start_seconds = 0.0  # the first run has it all
    if failures:
        raise StudyError("\n".join(failures))


def _put_back(run: RunToTrain, data: str) -> bool:
    """Put a run back that has been finished before, without starting TensorFlow.

    What kind of device a run gets is known before where there is no GPU, or none is wanted.
    """
    device = run.settings["device"]
    if device == "gpu" or (device == "auto" and devices.installed_gpus()):
        return False
    try:
        with run.locked():
            return finished.restore(run.checkpoints(data, "cpu", LEAST_SECONDS).folder, run.files)
    except (locks.TakenError, OSError):
        return False  # it is reported in its turn, when the job's other runs are done


def _train_one(
    run: RunToTrain,
    dataset: Dataset,
    cache: Any,
    stopping: Callable[[], bool],
    about: dict[str, Any],
    least_seconds: float,
) -> bool:
    """Train a run whose lock is held, write its folder, keep it, and clear its checkpoints.

    Returns whether it had to be trained, and was not put back.
    """
    where = dataset.about["fingerprint"], about["device"]["kind"]
    platform = digest(about["device"], backend.versions())
    checkpoints = run.checkpoints(*where, least_seconds, platform)
    ends = run.ends(*where, platform)
    if finished.restore(checkpoints.folder, run.files):
        return False
    steps = fit(run, dataset, cache, checkpoints, ends, stopping, about)
    finished.keep(checkpoints.folder, run.files)
    finished.clear(checkpoints.folder)
    if ends and checkpoints.inherited_seconds:
        ends.remove(at_most=steps - run.keep_end)  # but for its own, if a longer run wants it
    return True


def signals() -> Callable[[], bool]:
    """Take SIGTERM and SIGINT as wishes to stop; the result tells whether one has come."""
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: received.append(number))
    return lambda: bool(received)


def explained(error: Exception, settings: Mapping[str, Any]) -> str:
    """An error in words for a person."""
    from tensorflow import errors

    if isinstance(error, errors.ResourceExhaustedError):
        return (
            f"out of memory with a batch of {settings['training']['batch_size']} examples; try a "
            "smaller batch_size, or a microbatch_size, which computes each step in smaller parts"
        )
    return described(error)
