"""The history of a run: its rows, and refusing what has diverged."""

import math
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from study.errors import StudyError
from study.training import batches
from study.training.batches import Chunk
from study.training.evaluator import BATCH, Evaluator, Images, Labels

Row = dict[str, float]
Examples = tuple[Images, Labels]


@dataclass
class Progress:
    """How far a run is: with the weights and the optimiser's slots, what a checkpoint holds.

    Attributes:
        step: how many steps were made.
        history: the rows so far.
        totals: since the last row, the sums of loss, of correct predictions and of their weights.
    """

    step: int = 0
    history: list[Row] = field(default_factory=list)
    totals: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))

    def state(self) -> dict[str, Any]:
        """The progress as JSON can hold it, but for the step."""
        return {"history": self.history, "totals": self.totals.tolist()}

    def copy(self) -> "Progress":
        """The progress as it is now."""
        return Progress(self.step, [*self.history], self.totals.copy())


def columns(log_every: int | None, validation: bool) -> list[str]:
    """The columns of a history.

    `epoch` (0-based), `step` (steps made so far), `loss` and `accuracy` (means over the training
    batches since the last row, as they were trained on, dropout included), `batch_accuracy` (of the
    next batch, with dropout off; only where rows come every so many steps), `val_loss` and
    `val_accuracy` (on the validation split).
    """
    names = ["epoch", "step", "loss", "accuracy"]
    names += [] if log_every is None else ["batch_accuracy"]
    return names + (["val_loss", "val_accuracy"] if validation else [])


def row(
    chunk: Chunk,
    progress: Progress,
    model: keras.Model,
    evaluator: Evaluator,
    examples: Examples,
    validation: Examples | None,
    training: dict[str, Any],
    seed: int,
) -> Row:
    """The row of the history that is due after a chunk.

    Args:
        chunk: the steps just made.
        progress: with the totals since the last row.
        model: as it is now.
        evaluator: of the model.
        examples: what is trained on.
        validation: what is evaluated on, or None.
        training, seed: the run's.

    Raises:
        StudyError: if a weight or a value of the row is not finite.
    """
    refuse_not_finite(model, chunk.epoch, progress.step)
    loss, accuracy = (progress.totals[:2] / progress.totals[2]).tolist()
    found: Row = {
        "epoch": chunk.epoch, "step": progress.step, "loss": loss, "accuracy": accuracy
    }  # fmt: skip
    size = training["batch_size"]
    images, labels = examples
    if training["log_every"] is not None:
        counted_in_epochs = training["epochs"] is not None
        batch = batches.batch(seed, progress.step, len(images), size, with_rest=counted_in_epochs)
        found["batch_accuracy"] = evaluator.score(images[batch], labels[batch])[1]
    if validation is not None:
        by_batch = training["epoch_mean"] == "batches"
        found["val_loss"], found["val_accuracy"] = evaluator.score(
            *validation,
            batch_size=size if by_batch else BATCH,
            by_batch=by_batch,
            penalty_scale=1 / size if training["loss_reduction"] == "sum" else 1.0,
        )
        if not math.isfinite(found["val_loss"]):
            raise diverged("the validation loss", chunk.epoch, f"step {progress.step}")
    return found


def refuse_not_finite(model: keras.Model, epoch: int, step: int) -> None:
    """Refuse a model of which a weight, trained or counted along (batch norm), is not finite."""
    for variable in model.weights:
        values = variable.value
        if values.dtype.is_floating and not bool(tf.reduce_all(tf.math.is_finite(values))):
            raise diverged(f"the weight {variable.path}", epoch, f"at or before step {step}")


def diverged(what: str, epoch: int, step: str) -> StudyError:
    """The error of a run whose numbers are no longer finite."""
    return StudyError(
        f"training diverged: {what} is not finite in epoch {epoch}, {step}. "
        "Nothing of this run was kept; try a smaller learning rate."
    )
