"""The training loop. Keras describes the model; this file trains it.

`Model.fit` would spend most of the time of these small models between the steps. Here the data lies
on the device as bytes, one call runs many steps inside a compiled function, and all randomness is a
function of (seed, step), so that a run can stop after any call and continue later with the same
bits. :func:`train` is the outer loop: calls, rows of the history, checkpoints. :class:`Steps` is
the inner one: batch, loss, gradient, update.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from study.errors import StoppedError
from study.training import batches, history, schedules, statistics
from study.training.cache import CompiledStepCache
from study.training.checkpoints import Checkpoints
from study.training.evaluator import Images, Labels
from study.training.examples import Examples, are_correct, keeps_pixels, losses
from study.training.forward import Forward, masks_of
from study.training.history import Progress, Row
from study.training.outputs import as_logits, logits_of, penalty
from study.training.randomness import Draw
from study.training.update import Update

EXAMPLES_PER_CALL = 10_000
"""Examples trained on in one call, at most: after each call, a run can stop and continue later."""


def train(
    model: keras.Model,
    images: Images,
    labels: Labels,
    *,
    training: dict[str, Any],
    seed: int,
    validation: tuple[Images, Labels] | None = None,
    cache: CompiledStepCache | None = None,
    checkpoints: Checkpoints | None = None,
    beginning: Checkpoints | None = None,
    keep_end: bool = False,
    stopping: Callable[[], bool] = lambda: False,
    on_row: Callable[[Row], None] = lambda row: None,
    on_progress: Callable[[int], None] = lambda examples: None,
) -> list[Row]:
    """Train a model in place.

    Args:
        model: maps float32 (batch, *shape) in [0, 1] to (batch, classes), logits or probabilities.
        images: uint8, (examples, *shape).
        labels: int32, (examples,), class ids.
        training: the `training` section of a run's settings.
        seed: with the epoch it determines the order of the examples.
        validation: images and labels to evaluate on at each row of the history.
        cache: compiled steps of earlier runs to use again; None to compile.
        checkpoints: where to continue from, and to write to now and then; None for neither.
        beginning: the ends of shorter runs that this one may begin with.
        keep_end: whether to leave this run's end in `beginning`, for a longer run.
        stopping: whether to stop; asked after every call.
        on_row: is called with each row as soon as it is there.
        on_progress: is called with the number of examples just trained on.

    Returns:
        The history, a row per epoch or log point: see :func:`study.training.history.columns`.

    Raises:
        StudyError: as soon as the loss, a weight or a value of the history is not finite; it names
            epoch and step.
        StoppedError: when asked to, once a checkpoint is written.
    """
    examples, by_batch = len(images), training["epoch_mean"] == "batches"
    cache = cache or CompiledStepCache()
    evaluator = cache.evaluator(model)
    steps: Steps = cache.steps(Steps, model, images, labels, training)
    length = {"epochs": training["epochs"], "steps": training["steps"]}
    total = batches.total_steps(examples, training["batch_size"], **length)
    factors = schedules.factors(training["schedule"], total)
    rows = history.Rows(steps.model, evaluator, (images, labels), validation, training, seed)
    progress = _continue(steps, checkpoints, beginning, total)
    start, end = progress.step, progress
    with logits_of(steps.model):
        if not progress.step and training["log_every"] is not None:
            on_row(rows.add(progress, epoch=0))  # before any update
        for chunk in batches.chunks(
            examples, training["batch_size"], **length,
            log_every=training["log_every"], at_most=EXAMPLES_PER_CALL,
        ):  # fmt: skip
            if chunk.first_step < start:
                on_progress(chunk.steps * chunk.batch_size)
                continue
            order = batches.order(seed, chunk.epoch, examples, training["shuffle"])
            progress.totals += steps.run(chunk, order, factors, seed, by_batch)
            progress.step = chunk.first_step + chunk.steps
            on_progress(chunk.steps * chunk.batch_size)
            if chunk.ends_row:
                if not chunk.ends_regular_row:
                    end = progress.copy()  # a longer run has no row here
                with steps.published(progress.step, total) if rows.evaluate else nullcontext():
                    on_row(rows.add(progress, chunk.epoch))
            stop = stopping()
            if checkpoints and (stop or checkpoints.due()):
                checkpoints.save(progress.step, steps.update.arrays(), progress.state())
            if stop:
                raise StoppedError(f"stopped at step {progress.step}; started again, it continues")
        if checkpoints and beginning and keep_end:
            checkpoints.leave_end(beginning, progress.step, steps.update.arrays(), end.state())
        with steps.published(total, total):
            weights = steps.model.get_weights()
        model.set_weights(weights)  # it may be the same model, which has its trained weights again
    return progress.history


def _continue(
    steps: "Steps", checkpoints: Checkpoints | None, beginning: Checkpoints | None, total: int
) -> Progress:
    """Put back the newest checkpoint, or the end of a shorter run; from the start without one."""
    found = checkpoints.load() if checkpoints else None
    if checkpoints and beginning and found is None:
        found = checkpoints.load_end(beginning, at_most=total)
    if found is None:
        return Progress()
    arrays, state = found
    steps.update.restore(arrays)
    return Progress(state["step"], state["history"], np.array(state["totals"]))


class Steps:
    """Training steps of models of one structure on one training split, compiled once."""

    def __init__(
        self,
        model: keras.Model,
        images: tf.Tensor,
        labels: tf.Tensor,
        training: dict[str, Any],
        probabilities: bool,
        jit_compile: bool,
        microbatches_at_once: int,
    ) -> None:
        self.model = model
        self.images = images
        self.forward = Forward(model, blocks=not jit_compile, arranges=keeps_pixels(training))
        self.examples = Examples(images, labels, model.output_shape[-1], training, self.forward)
        self.update = Update(model, training)
        self.probabilities = probabilities
        self.sums_loss = training["loss_reduction"] == "sum"
        self.microbatch_size = training["microbatch_size"]
        self.most_parts = -(-training["batch_size"] // (self.microbatch_size or 2**31))
        self.microbatches_at_once = microbatches_at_once
        self.jit_compile = jit_compile
        self.compiled: dict[int, Any] = {}

    def begin(self, model: keras.Model, training: dict[str, Any]) -> None:
        """Set what differs between runs, but for the weights; the optimiser is at its start."""
        self.update.begin(training)
        self.numbers = {"scalars": self.update.scalars, "masks": masks_of(model)}

    @contextmanager
    def published(self, step: int, total: int) -> Iterator[None]:
        """Inside the block the model has the weights that are evaluated: averaged, if asked."""
        with self.update.published(step, total) as are_stale:
            if are_stale:
                statistics.recompute(self.model, self.images)
            yield

    def run(
        self,
        chunk: batches.Chunk,
        order: npt.NDArray[np.int32],
        factors: npt.NDArray[np.float32],
        seed: int,
        by_batch: bool,
    ) -> npt.NDArray[np.float64]:
        """Run the steps of a chunk.

        Args:
            chunk: which steps.
            order: of the epoch's examples, int32 (examples,).
            factors: of the learning rate, float32 (steps of the whole run,).
            seed: the run's.
            by_batch: whether the history's means weigh batches, not examples.

        Returns:
            The sums of loss and correct predictions, and of their weights, float64 (3,).
        """
        end = chunk.first_example + chunk.steps * chunk.batch_size
        numbers = {
            "first_step": tf.constant(chunk.first_step),
            "total": tf.constant(len(factors)),
            "epoch": tf.constant(chunk.epoch),
            "seed": tf.constant(np.uint32(seed).astype(np.int32)),
        }
        loss, correct, made = self._compiled(chunk.batch_size)(
            tf.constant(order[chunk.first_example : end].reshape(chunk.steps, chunk.batch_size)),
            tf.constant(factors[chunk.first_step : chunk.first_step + chunk.steps]),
            numbers | self.numbers,
        )
        if not math.isfinite(float(loss)):
            raise history.diverged("the loss", chunk.epoch, f"step {chunk.first_step + int(made)}")
        weight = 1 / chunk.batch_size if by_batch else 1.0
        return np.array([float(loss), float(correct), chunk.steps * chunk.batch_size]) * weight

    def _compiled(self, batch_size: int) -> Any:
        """The steps for one batch size, traced once for any number of steps."""
        if batch_size not in self.compiled:
            scalars = dict.fromkeys(("first_step", "total", "epoch", "seed"), tf.constant(0))
            numbers = tf.nest.map_structure(tf.TensorSpec.from_tensor, scalars | self.numbers)
            rows = tf.TensorSpec([None, batch_size], tf.int32), tf.TensorSpec([None], tf.float32)
            self.compiled[batch_size] = tf.function(
                self._steps, [*rows, numbers], jit_compile=self.jit_compile, autograph=False
            )
        return self.compiled[batch_size]

    def _steps(
        self, indices: tf.Tensor, factors: tf.Tensor, run: dict[str, Any]
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Train on batches, int32 (steps, batch size), until a loss is not finite.

        Returns the sums over all examples of loss and of correct predictions, and the steps made.
        """
        count, batch_size = tf.shape(indices)[0], indices.shape[1]

        def more(made: tf.Tensor, loss: tf.Tensor, correct: tf.Tensor) -> tf.Tensor:
            return tf.logical_and(made < count, tf.math.is_finite(loss))

        def step(
            made: tf.Tensor, loss: tf.Tensor, correct: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            number = run["first_step"] + made
            batch = tf.ensure_shape(tf.gather(indices, made), [batch_size])
            gradients, seen, batch_loss, batch_correct = self._gradients(batch, number, run)
            self.forward.count(seen)
            self.update(gradients, number, run["total"], factors[made], run["scalars"])
            return made + 1, loss + batch_loss, correct + batch_correct

        made, loss, correct = tf.while_loop(
            more, step, (tf.constant(0), tf.constant(0.0), tf.constant(0.0))
        )
        return loss, correct, made

    def _gradients(
        self, batch: tf.Tensor, step: tf.Tensor, run: dict[str, Any]
    ) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor, tf.Tensor]:
        """Gradients of a batch's loss, batch norm's statistics, loss, correct predictions.

        They are summed over microbatches that fit the CPU's cache.
        """
        size = batch.shape[0]
        micro = self.microbatch_size
        if micro is None or size <= micro or size % micro:
            return self._microbatch_gradients(batch, step * self.most_parts, run, size)
        parts = size // micro

        def body(part: tf.Tensor, sums: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
            indices = tf.slice(batch, [part * micro], [micro])
            own = self._microbatch_gradients(indices, step * self.most_parts + part, run, size)
            return part + 1, [a + b for a, b in zip(sums, tf.nest.flatten(own), strict=True)]

        zeros = [tf.zeros_like(variable) for variable in self.update.variables]
        zeros += [tf.zeros([norm.channels]) for norm in self.forward.norms for _ in range(2)]
        _, sums = tf.while_loop(
            lambda part, sums: part < parts,
            body,
            (tf.constant(0), [*zeros, tf.constant(0.0), tf.constant(0.0)]),
            parallel_iterations=self.microbatches_at_once,
        )
        count = len(self.update.variables)
        return sums[:count], [value / parts for value in sums[count:-2]], sums[-2], sums[-1]

    def _microbatch_gradients(
        self, indices: tf.Tensor, number: tf.Tensor, run: dict[str, Any], batch_size: int
    ) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor, tf.Tensor]:
        """The part of examples, int32 (microbatch size,), in what :meth:`_gradients` returns.

        `number` is that of the draw of random numbers, `batch_size` that of the whole batch.
        """
        images, targets = self.examples(Draw(run["seed"], number, run["epoch"], indices))
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.update.variables)
            logits = as_logits(self.forward(images, number, run["masks"]), self.probabilities)
            loss = tf.reduce_sum(losses(targets, logits))
            if (weights_penalty := penalty(self.model)) is not None:
                # Once per batch, as Keras adds it to the batch's loss.
                once = indices.shape[0] / batch_size if self.sums_loss else indices.shape[0]
                loss += weights_penalty * once
            objective = loss if self.sums_loss else loss / batch_size
        gradients = tape.gradient(objective, self.update.variables)
        correct = tf.reduce_sum(tf.cast(are_correct(targets, logits), tf.float32))
        return gradients, self.forward.statistics, loss, correct
