"""One run of a training job: who it is, and how it is built, trained, scored and written."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from study import locks
from study.files import atomic, write_json, write_text
from study.prepared import Dataset
from study.training import backend, identity
from study.training.checkpoints import Checkpoints
from study.training.layers import layer_table
from study.training.progress import ProgressBar

FILES = ("model.keras", "predictions.npz", "history.csv", "run.json")
"""What a run's folder has in the end; the last one is written last."""


@dataclass(frozen=True)
class RunToTrain:
    """What a job needs to know of a run.

    Attributes:
        experiment, variant, seed: who it is.
        settings: see :class:`study.config.plan.Run`.
        code: the fingerprint of the code that computes.
        folder: where its files go.
        results: the study's folder, in which checkpoints and locks lie.
        keep_end: whether to leave a checkpoint of its end, for a longer run to begin with.
    """

    experiment: str
    variant: str
    seed: int
    settings: Mapping[str, Any]
    code: str
    folder: Path
    results: Path
    keep_end: bool = False

    @property
    def id(self) -> str:
        """What messages call it: `experiment/variant/seed-n`."""
        return f"{self.experiment}/{self.variant}/seed-{self.seed}"

    @property
    def files(self) -> list[Path]:
        """All that the run publishes."""
        return [self.folder / name for name in FILES]

    def identity(self, data: str, device: str) -> str:
        """The run's identity on this data and kind of device."""
        return identity.of_run(self.settings, self.seed, data, self.code, device)

    def checkpoints(
        self, data: str, device: str, least_seconds: float, platform: str = ""
    ) -> Checkpoints:
        """Where the run's checkpoints lie."""
        root = self.results / "checkpoints" / self.id
        return Checkpoints(root, self.identity(data, device), least_seconds, platform)

    def ends(self, data: str, device: str, platform: str = "") -> Checkpoints | None:
        """Where runs that begin like this one leave their ends; None if there are none."""
        if not identity.starts_the_same_for_any_length(self.settings["training"]):
            return None
        shared = identity.of_beginning(self.settings, self.seed, data, self.code, device)
        return Checkpoints(self.results / "checkpoints" / ".ends", shared, platform=platform)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes off the run.

        The lock lies outside of the folders that are cleared, and is held until they are.

        Raises:
            TakenError: if another process has it.
        """
        path = self.results / "locks" / f"{self.id}.lock"
        try:
            with locks.held(path):
                yield
        except locks.TakenError as error:
            raise locks.TakenError(
                f"{error} is training this run already (its lock is {path}); wait until it is "
                "done, or end that process"
            ) from error


def fit(
    run: RunToTrain,
    dataset: Dataset,
    cache: Any,
    checkpoints: Checkpoints,
    ends: Checkpoints | None,
    stopping: Callable[[], bool],
    about: dict[str, Any],
) -> int:
    """Build, train and score a model, and write the run's folder.

    Args:
        run: which.
        dataset: the prepared dataset.
        cache: see :class:`study.training.cache.CompiledStepCache`.
        checkpoints, ends: see :func:`study.training.engine.train`.
        stopping: whether to stop.
        about: what the record says of the job: device, runs_in_job, start_s, and is_first: whether
            the process has trained no run before.

    Returns:
        The number of steps that the run has made.
    """
    from study import models
    from study.training import batches, engine, history, outputs, views, whitening

    begin = time.perf_counter()
    settings, training = run.settings, run.settings["training"]
    classes = len(dataset.class_names)
    model = models.seeded(run.seed, settings, dataset.input_shape, classes)
    outputs.refuse_what_is_not_computed(model, classes)
    images, labels = dataset.part(settings["splits"]["train"])
    if training["whitening"]:
        whitening.whiten(model, images, **training["whitening"])
    built = time.perf_counter()
    validation = settings["splits"]["validation"]
    seen = batches.total_examples(
        len(images), training["batch_size"], epochs=training["epochs"], steps=training["steps"]
    )
    compilations = cache.compilations
    with ProgressBar(run.id, seen) as progress:
        rows = engine.train(
            model,
            images,
            labels,
            training=dict(training),
            seed=run.seed,
            validation=dataset.part(validation) if validation else None,
            cache=cache,
            checkpoints=checkpoints,
            beginning=ends,
            keep_end=run.keep_end,
            stopping=stopping,
            on_row=progress.row,
            on_progress=progress.advance,
        )
    trained = time.perf_counter()
    test = settings["splits"]["test"]
    test_images, test_labels = dataset.part(test)
    evaluator = cache.evaluator(model)
    with outputs.logits_of(evaluator.model):
        logits = evaluator.logits(test_images)
        predictions: dict[str, Any] = {"logits": logits, "labels": test_labels}
        seen_otherwise = (settings["splits"]["train"], test)
        if validation and not any(dataset.share_examples(validation, s) for s in seen_otherwise):
            held_out, predictions["validation_labels"] = dataset.part(validation)
            predictions["validation_logits"] = evaluator.logits(held_out)
        if settings["test_time_augmentation"]:
            predictions["augmented_logits"] = views.mean_logits(
                evaluator.logits, test_images, **settings["test_time_augmentation"]
            )
    if not np.isfinite(logits).all():
        raise history.diverged("a logit of a test image", int(rows[-1]["epoch"]), "at the end")
    seconds = trained - built + checkpoints.trained_seconds
    whole = not checkpoints.resumed_at and not checkpoints.inherited_seconds
    timings = {
        "start_s": about["start_s"],
        "build_s": built - begin,
        "train_s": seconds,
        "inherited_s": checkpoints.inherited_seconds,
        "predict_s": time.perf_counter() - trained,
        "cold_s": backend.process_seconds() if about["is_first"] and whole else None,
        "warm_s": seconds if cache.compilations == compilations and whole else None,
        "images_per_s": seen / seconds,
        "checkpoints_s": checkpoints.seconds,
    }
    with atomic(run.folder / "model.keras") as temporary:
        model.save(temporary)
    with atomic(run.folder / "predictions.npz") as temporary:
        np.savez(temporary, **predictions)
    columns = history.columns(training["log_every"], bool(validation))
    write_text(run.folder / "history.csv", to_csv(rows, columns))
    write_json(
        run.folder / "run.json",
        {
            "experiment": run.experiment,
            "variant": run.variant,
            "seed": run.seed,
            "settings": settings,
            "identity": checkpoints.identity,
            "data_fingerprint": dataset.about["fingerprint"],
            "code_fingerprint": run.code,
            "versions": backend.versions(),
            "machine": backend.machine(),
            "device": about["device"],
            "runs_in_job": about["runs_in_job"],
            "parameter_count": model.count_params(),
            "layers": layer_table(model),
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "timings": timings,
            "images_seen": seen,
            "peak_memory_mb": backend.peak_memory_mb(),
            "resumed_at": checkpoints.resumed_at,
        },
    )
    return int(rows[-1]["step"])


def to_csv(rows: list[dict[str, float]], columns: list[str]) -> str:
    """A history as CSV; a missing value is an empty cell. Floats are read back exactly."""
    lines = [
        ",".join(repr(row[column]) if column in row else "" for column in columns) for row in rows
    ]
    return "\n".join([",".join(columns), *lines]) + "\n"
