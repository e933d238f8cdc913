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
    next batch, with dropout off), `val_loss` and `val_accuracy` (on the validation split).

    A history with a row every so many steps has `batch_accuracy`. Its first row is that of step 0,
    before any update; it has no `loss` and no `accuracy`.
    """
    names = ["epoch", "step", "loss", "accuracy"]
    names += [] if log_every is None else ["batch_accuracy"]
    return names + (["val_loss", "val_accuracy"] if validation else [])


@dataclass(frozen=True)
class Rows:
    """Measures a run's rows.

    Attributes:
        model: which is trained.
        evaluator: of the model.
        examples: what is trained on.
        validation: what is evaluated on, or None.
        training, seed: the run's.
    """

    model: keras.Model
    evaluator: Evaluator
    examples: Examples
    validation: Examples | None
    training: dict[str, Any]
    seed: int

    @property
    def evaluate(self) -> bool:
        """Whether rows say how good the model's weights are."""
        return self.validation is not None or self.training["log_every"] is not None

    def add(self, progress: Progress, epoch: int) -> Row:
        """Add the row that is due after the steps made so far, and begin the next one's totals.

        Raises:
            StudyError: if a weight or a value of the row is not finite.
        """
        refuse_not_finite(self.model, epoch, progress.step)
        row: Row = {"epoch": epoch, "step": progress.step}
        loss, correct, weight = progress.totals.tolist()
        if progress.step:
            row |= {"loss": loss / weight, "accuracy": correct / weight}
        size, shuffle = self.training["batch_size"], self.training["shuffle"]
        if self.training["log_every"] is not None:
            images, labels = self.examples
            batch = batches.batch(
                self.seed, progress.step, len(images), size,
                with_rest=self.training["epochs"] is not None, shuffle=shuffle,
            )  # fmt: skip
            row["batch_accuracy"] = self.evaluator.score(images[batch], labels[batch])[1]
        if self.validation is not None:
            by_batch = self.training["epoch_mean"] == "batches"
            row["val_loss"], row["val_accuracy"] = self.evaluator.score(
                *self.validation,
                batch_size=size if by_batch else BATCH,
                by_batch=by_batch,
                penalty_scale=1 / size if self.training["loss_reduction"] == "sum" else 1.0,
            )
            if not math.isfinite(row["val_loss"]):
                raise diverged("the validation loss", epoch, f"step {progress.step}")
        progress.history.append(row)
        progress.totals[:] = 0
        return row


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
