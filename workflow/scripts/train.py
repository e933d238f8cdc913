"""Train one run: an experiment's variant with a seed."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study import backend, datasets
from study.checkpoints import LEAST_SECONDS, Checkpoints, fingerprint
from study.datasets import Dataset
from study.files import atomic, write_json, write_text
from study.jobs import job, logger
from study.layers import layer_table
from study.progress import Progress

if TYPE_CHECKING:
    import keras
    from snakemake.script import snakemake


def train(
    dataset: Dataset,
    settings: dict[str, Any],
    seed: int,
    device: backend.Device,
    name: str,
    checkpoints: Checkpoints | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple["keras.Model", list[dict[str, float]], dict[str, Any], dict[str, Any]]:
    """Build and train a model, and predict the test split.

    Args:
        dataset: the prepared data set.
        settings: a run's settings, see :class:`study.config.Run`.
        seed: of the weights' start, the order of examples, and dropout.
        device: what :func:`study.backend.start` gave.
        name: what the progress bar is called.
        checkpoints: see :func:`study.engine.train`.
        stopping: see :func:`study.engine.train`.

    Returns:
        The trained model; the history's rows; the predictions (`logits`, float32 (examples,
        classes), and `labels`, int32); timings in seconds.
    """
    import keras

    from study import engine, models

    begin = time.perf_counter()
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
            jit_compile=device.jit_compile,
            checkpoints=checkpoints,
            stopping=stopping,
            on_row=progress.row,
            on_progress=progress.advance,
        )
    trained = time.perf_counter()
    test_images, test_labels = dataset.part(splits["test"])
    with engine.logits_of(model):
        logits = engine.Evaluator(model, device.jit_compile).logits(test_images)
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


def main(snakemake: Any, least_seconds: float = LEAST_SECONDS) -> None:
    """Train the run that a job names, going on from its last checkpoint if there is one.

    Args:
        snakemake: the job.
        least_seconds: how long after one checkpoint the next one is due at the earliest.
    """
    start = time.perf_counter()
    stopping = signals()
    settings, seed = snakemake.params.settings, snakemake.params.seed
    dataset = datasets.load(snakemake.input.examples, snakemake.input.about)
    device = backend.start(settings["device"], snakemake.threads, settings["precision"])
    started = time.perf_counter()
    logger.info("%s: %s", device, settings)
    run_id = "/".join(Path(snakemake.output.run).parts[-4:-1])
    fingerprints = {"data": dataset.about["fingerprint"], "source": snakemake.params.source}
    versions = backend.versions()
    whole = fingerprint(settings, seed, fingerprints, device.__dict__, versions)
    with Checkpoints(snakemake.params.checkpoints, whole, least_seconds) as checkpoints:
        model, history, predictions, timings = train(
            dataset, settings, seed, device, run_id, checkpoints, stopping
        )
        from study.engine import columns

        with atomic(snakemake.output.model) as temporary:
            model.save(temporary)
        with atomic(snakemake.output.predictions) as temporary:
            np.savez(temporary, **predictions)
        names = columns(settings["training"]["log_every"], bool(settings["splits"]["validation"]))
        write_text(snakemake.output.history, to_csv(history, names))
        write_json(
            snakemake.output.run,
            {
                "run": run_id,
                "seed": seed,
                "settings": settings,
                "parameters": model.count_params(),
                "layers": layer_table(model),
                "data_fingerprint": fingerprints["data"],
                "source_fingerprint": fingerprints["source"],
                "versions": versions,
                "machine": backend.machine(),
                "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "device": device.__dict__,
                "precision": settings["precision"],
                "timings": {"start_s": started - start, **timings},
                "peak_memory_mb": backend.peak_memory_mb(),
                "resumed_at": checkpoints.resumed_at,
            },
        )
        # Only now: a process that is killed before finds its checkpoints still there.
        checkpoints.clear()


if __name__ == "__main__":
    with job(snakemake):
        main(snakemake)
