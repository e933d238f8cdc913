"""Train runs, one after the other: each an experiment's variant with a seed."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study import backend, datasets
from study.checkpoints import LEAST_SECONDS, Checkpoints, fingerprint
from study.datasets import Dataset
from study.errors import StoppedError, StudyError
from study.files import atomic, write_json, write_text
from study.jobs import job, logger
from study.layers import layer_table
from study.progress import Progress

if TYPE_CHECKING:
    import keras
    from snakemake.script import snakemake

    from study import engine

FILES = ("model.keras", "predictions.npz", "history.csv", "run.json")
"""What a run's folder has in the end; the last one is written last."""


def train(
    dataset: Dataset,
    settings: dict[str, Any],
    seed: int,
    programs: "engine.Programs",
    name: str,
    checkpoints: Checkpoints | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple["keras.Model", list[dict[str, float]], dict[str, Any], dict[str, Any]]:
    """Build and train a model, and predict the test split.

    Args:
        dataset: the prepared data set.
        settings: a run's settings, see :class:`study.config.Run`.
        seed: of the weights' start, the order of examples, and dropout.
        programs: see :func:`study.engine.train`.
        name: what the progress bar and errors call the run.
        checkpoints: see :func:`study.engine.train`.
        stopping: see :func:`study.engine.train`.

    Returns:
        The trained model; the history's rows; the predictions (`logits`, float32 (examples,
        classes), and `labels`, int32); timings in seconds.
    """
    import keras

    from study import engine, models

    begin = time.perf_counter()
    # Layers are named by counting: the names, too, are those of a run in a process of its own.
    policy = keras.config.dtype_policy()
    keras.utils.clear_session(free_memory=False)
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(seed)
    classes = len(dataset.class_names)
    model = models.build(settings["model"], dataset.input_shape, classes, **settings["parameters"])
    built = time.perf_counter()
    splits, training = settings["splits"], settings["training"]
    images, labels = dataset.part(splits["train"])
    validation = dataset.part(splits["validation"]) if splits.get("validation") else None
    with Progress(name, engine.total_examples(len(images), training)) as progress:
        history = engine.train(
            model,
            images,
            labels,
            training=training,
            seed=seed,
            validation=validation,
            programs=programs,
            checkpoints=checkpoints,
            stopping=stopping,
            on_row=progress.row,
            on_progress=progress.advance,
        )
    trained = time.perf_counter()
    test_images, test_labels = dataset.part(splits["test"])
    evaluator = programs.evaluator(model)
    with engine.logits_of(evaluator.model):
        logits = evaluator.logits(test_images)
    seconds = trained - built + (checkpoints.trained_seconds if checkpoints else 0)
    timings = {
        "build_s": built - begin,
        "train_s": seconds,
        "predict_s": time.perf_counter() - trained,
        "images_per_s": progress.examples / seconds,
        "checkpoints_s": checkpoints.seconds if checkpoints else 0.0,
    }
    return model, history, {"logits": logits, "labels": test_labels}, timings


def signals() -> Callable[[], bool]:
    """Take SIGTERM and SIGINT as wishes; what comes back tells whether one has been heard."""
    heard: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: heard.append(number))
    return lambda: bool(heard)


def to_csv(rows: list[dict[str, float]], columns: list[str]) -> str:
    """A history as CSV; numbers are written so that reading gives the same float again."""
    lines = [",".join(repr(row[column]) for column in columns) for row in rows]
    return "\n".join([",".join(columns), *lines]) + "\n"


def finish_run(
    run: dict[str, Any],
    folder: Path,
    dataset: Dataset,
    programs: "engine.Programs",
    checkpoints: Checkpoints,
    stopping: Callable[[], bool],
    about: dict[str, Any],
) -> None:
    """Train a run and write its folder.

    Args:
        run: one of a job's runs, see :func:`main`.
        folder: where to write.
        dataset: the prepared data set.
        programs: see :func:`study.engine.train`.
        checkpoints: see :func:`study.engine.train`.
        stopping: see :func:`study.engine.train`.
        about: what `run.json` says of the job.
    """
    from study.engine import columns

    settings = run["settings"]
    model, history, predictions, timings = train(
        dataset, settings, run["seed"], programs, run["id"], checkpoints, stopping
    )
    with atomic(folder / "model.keras") as temporary:
        model.save(temporary)
    with atomic(folder / "predictions.npz") as temporary:
        np.savez(temporary, **predictions)
    names = columns(settings["training"]["log_every"], bool(settings["splits"]["validation"]))
    write_text(folder / "history.csv", to_csv(history, names))
    write_json(
        folder / "run.json",
        {
            **about,
            "run": run["id"],
            "seed": run["seed"],
            "settings": settings,
            "parameters": model.count_params(),
            "layers": layer_table(model),
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "timings": {"start_s": about["timings"]["start_s"], **timings},
            "peak_memory_mb": backend.peak_memory_mb(),
            "resumed_at": checkpoints.resumed_at,
        },
    )


def main(snakemake: Any, least_seconds: float = LEAST_SECONDS) -> None:
    """Train the runs that a job names, going on from their last checkpoints if there are any.

    Args:
        snakemake: the job. `params.runs` has of each run `id`, `settings`, `seed`, and the folder
            `checkpoints`; if another run begins like it, also `alike`, the settings that both have,
            and `leaves` or `goes_on_from`, where the end of the shorter one is. Runs of one job
            share data, device, precision and threads. `output` has the files of all of them.
        least_seconds: how long after one checkpoint the next one is due at the earliest.

    Raises:
        StudyError: if a run failed, for whatever reason. The job's other runs are finished first.
            They are kept beside the checkpoints: Snakemake deletes all that a failed job has
            written, and what a job of other runs is about to write.
        StoppedError: if a signal came.
    """
    start = time.perf_counter()
    stopping = signals()
    runs, source = snakemake.params.runs, snakemake.params.source
    folders = {"/".join(Path(f).parts[-4:-1]): Path(f).parent for f in snakemake.output}
    first = runs[0]["settings"]
    dataset = datasets.load(snakemake.input.examples, snakemake.input.about)
    device = backend.start(
        first["device"],
        snakemake.threads,
        first["precision"],
        side_by_side=first["training"]["microbatch_size"] is not None,
        stopping=stopping,
    )
    from study import engine

    programs = engine.Programs(device.jit_compile, device.parts_at_once)
    started = time.perf_counter()
    fingerprints = {"data": dataset.about["fingerprint"], "source": source}
    versions = backend.versions()
    about = {
        "data_fingerprint": fingerprints["data"],
        "source_fingerprint": fingerprints["source"],
        "versions": versions,
        "machine": backend.machine(),
        "device": device.__dict__,
        "precision": first["precision"],
        "runs_in_job": len(runs),
        "timings": {"start_s": started - start},
    }
    done, failures = [], []
    for run in runs:
        settings, seed = run["settings"], run["seed"]
        logger.info("%s: %s: %s", run["id"], device, settings)
        others = (seed, fingerprints, device.__dict__, versions)
        whole = fingerprint(settings, *others)
        files = [folders[run["id"]] / name for name in FILES]
        try:
            with Checkpoints(run["checkpoints"], whole, least_seconds) as checkpoints:
                for name, at in (("start", "goes_on_from"), ("end", "leaves")):
                    if folder := run.get(at):
                        alike = fingerprint(run["alike"], *others)
                        setattr(checkpoints, name, Checkpoints(folder, alike))
                if not checkpoints.restore(files):
                    finish_run(
                        run, files[0].parent, dataset, programs, checkpoints, stopping, about
                    )
                    if len(runs) > 1:
                        checkpoints.keep(files)
        except StoppedError:
            raise
        except Exception as error:
            logger.exception("failed: %s", run["id"])
            failures.append(f"{run['id']}: {told(error, settings)}")
        else:
            done.append(checkpoints)
        about["timings"]["start_s"] = 0.0  # the first run has it all
    if failures:
        raise StudyError("\n".join(failures))
    # Only now: a process that is killed before finds its checkpoints still there. What is kept of a
    # pack stays: in a pack that is cut another way, these runs are finished.
    for checkpoints in done:
        checkpoints.clear(but_finished=len(runs) > 1)


def told(error: Exception, settings: dict[str, Any]) -> str:
    """An error for a person."""
    from tensorflow import errors

    if isinstance(error, errors.ResourceExhaustedError):
        return (
            f"out of memory with a batch of {settings['training']['batch_size']} examples; try a "
            "smaller batch_size, or a microbatch_size, which gives the same steps in smaller parts"
        )
    return str(error) if isinstance(error, StudyError) else f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    with job(snakemake):
        main(snakemake)
