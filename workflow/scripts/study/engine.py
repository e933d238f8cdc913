"""The training loop: the data on the device, many steps a call, randomness from (seed, step).

Keras describes the model; `Model.fit` would spend most of the time of these small models between
the steps. Here one call runs a whole epoch inside a compiled function.
"""

import contextlib
import gc
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from study import optimizers, schedule
from study.checkpoints import Checkpoints
from study.errors import StoppedError, StudyError
from study.forward import Forward, Masks, masks, structure
from study.statistics import cross_entropies

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]
Row = dict[str, float]

EVALUATION_BATCH = 100

CALL = 10_000
"""Examples trained on in one call, at most: after each, a run can be stopped and gone on with."""


def train(
    model: keras.Model,
    images: Images,
    labels: Labels,
    *,
    training: dict[str, Any],
    seed: int,
    validation: tuple[Images, Labels] | None = None,
    programs: "Programs | None" = None,
    checkpoints: Checkpoints | None = None,
    stopping: Callable[[], bool] = lambda: False,
    on_row: Callable[[Row], None] = lambda row: None,
    on_progress: Callable[[int], None] = lambda examples: None,
) -> list[Row]:
    """Train a model in place.

    Args:
        model: maps float32 (batch, *shape) in [0, 1] to (batch, classes), logits or softmax.
        images: uint8, (examples, *shape).
        labels: int32, (examples,), class ids.
        training: the `training` section of a run's config: optimizer, loss, loss_reduction,
            batch_size, microbatch_size, epochs or steps, log_every, epoch_mean.
        seed: with the epoch it gives the order of the examples.
        validation: images and labels to evaluate on at each row of the history.
        programs: compiled steps of former runs to use again; None to compile.
        checkpoints: where to go on from, and to write to now and then; None for neither.
        stopping: whether to stop; asked every :data:`CALL` examples.
        on_row: is called with each row as soon as it is there.
        on_progress: is called with the number of examples just trained on.

    Returns:
        The history, a row an epoch or log point, with the columns of :func:`columns`.

    Raises:
        StudyError: as soon as the loss or a weight is not finite; it names epoch and step.
        StoppedError: when asked to, once a checkpoint is written.
    """
    programs = programs or Programs()
    loop, evaluator = programs.loop(model, images, labels, training), programs.evaluator(model)
    with logits_of(loop.model):
        by_batch = training["epoch_mean"] == "batches"
        history: list[Row] = []
        totals = np.zeros(3)
        epoch, order = -1, np.zeros(0, np.int32)
        start = step = 0
        if checkpoints and (found := checkpoints.load()):
            arrays, state = found
            loop.restore(arrays)
            start = step = state["step"]
            history, totals = state["history"], np.array(state["totals"])
        plan = schedule.chunks(
            len(images),
            training["batch_size"],
            epochs=training.get("epochs"),
            steps=training.get("steps"),
            log_every=training["log_every"],
            at_most=CALL,
        )
        for chunk in plan:
            if chunk.first_step < start:
                on_progress(chunk.steps * chunk.batch_size)
                continue
            if chunk.epoch != epoch:
                epoch, order = chunk.epoch, schedule.order(seed, chunk.epoch, len(images))
            totals += loop.run(chunk, order, by_batch)
            step = chunk.first_step + chunk.steps
            on_progress(chunk.steps * chunk.batch_size)
            if chunk.ends_row:
                _refuse_not_finite(loop.model, chunk.epoch, step)
                loss, accuracy = (totals[:2] / totals[2]).tolist()
                row: Row = {"epoch": chunk.epoch, "step": step, "loss": loss, "accuracy": accuracy}
                totals[:] = 0
                if training["log_every"] is not None:
                    batch = schedule.batch(
                        seed,
                        step,
                        len(images),
                        training["batch_size"],
                        with_rest=training.get("epochs") is not None,
                    )
                    row["batch_accuracy"] = evaluator.score(images[batch], labels[batch])[1]
                if validation is not None:
                    size = training["batch_size"] if by_batch else EVALUATION_BATCH
                    row["val_loss"], row["val_accuracy"] = evaluator.score(
                        *validation, batch_size=size, by_batch=by_batch
                    )
                history.append(row)
                on_row(row)
            stop = stopping()
            if checkpoints and (stop or checkpoints.due()):
                state = {"history": history, "totals": totals.tolist()}
                checkpoints.save(step, loop.arrays(), state)
            if stop:
                raise StoppedError(
                    f"stopped after step {step}, as a signal asked; started again, it goes on"
                )
        if checkpoints:
            state = {"history": history, "totals": totals.tolist()}
            checkpoints.leave(step, loop.arrays(), state)
    _copy_weights(loop.model, model)
    return history


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


def total_examples(examples: int, training: dict[str, Any]) -> int:
    """How many examples a run trains on, each epoch's counted anew."""
    if training.get("steps") is not None:
        return int(training["steps"] * training["batch_size"])
    return int(training["epochs"] * examples)


@contextlib.contextmanager
def logits_of(model: keras.Model) -> Iterator[keras.Model]:
    """Let a model that ends in softmax give logits inside the block.

    Softmax and cross-entropy are one stable function of the logits; computed one after the other
    they lose the gradient of every example that is badly wrong.
    """
    head = model.layers[-1]
    activation = getattr(head, "activation", None)
    if activation is not keras.activations.softmax:
        yield model
        return
    head.activation = keras.activations.linear
    try:
        yield model
    finally:
        head.activation = activation


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Pixels as models take them: uint8 0..255 becomes float32 0..1."""
    return tf.cast(images, tf.float32) / 255.0


class Programs:
    """What has been compiled in this process: the next runs of the same structure use it again.

    Runs have the same structure if they differ in no more than seed, dropout rates, where weights
    start, and numbers of the optimiser. With a run of another structure all is let go.
    """

    def __init__(self, jit_compile: bool = False, microbatches_at_once: int = 1) -> None:
        """Start with none.

        Args:
            jit_compile: whether XLA compiles the steps.
            microbatches_at_once: how many microbatches may be computed side by side.
        """
        self.jit_compile = jit_compile
        self.microbatches_at_once = microbatches_at_once
        self.models: dict[str, keras.Model] = {}
        self.evaluators: dict[str, Evaluator] = {}
        self.loops: dict[Any, _Loop] = {}
        self.examples: dict[Any, tuple[tf.Tensor, tf.Tensor, Images, Labels]] = {}

    def evaluator(self, model: keras.Model) -> "Evaluator":
        """An evaluator with the model's weights; the next call of this class may change them."""
        first = self._compiled(model)
        return self.evaluators.setdefault(
            structure(first), Evaluator(first, self.jit_compile, self.microbatches_at_once)
        )

    def loop(
        self, model: keras.Model, images: Images, labels: Labels, training: dict[str, Any]
    ) -> "_Loop":
        """The training steps, with the model's weights and an optimiser at its start."""
        first = self._compiled(model)
        optimizer = {
            k: v if isinstance(v, (bool, str)) else bool(v)
            for k, v in training["optimizer"].items()
        }
        where = (images.ctypes.data, images.shape, labels.ctypes.data)
        if where not in self.examples:
            # With the arrays themselves, so that no others take their place in memory.
            self.examples[where] = tf.constant(images), tf.constant(labels), images, labels
        key = (
            structure(first),
            where,
            json.dumps(optimizer, sort_keys=True),
            training["loss_reduction"],
            training["microbatch_size"],
        )
        if key not in self.loops:
            self.loops[key] = _Loop(
                first,
                *self.examples[where][:2],
                training,
                self.jit_compile,
                self.microbatches_at_once,
            )
        self.loops[key].begin(model, training)
        return self.loops[key]

    def _compiled(self, model: keras.Model) -> keras.Model:
        """The first model of this structure, with this one's weights."""
        if self.models and structure(model) not in self.models:
            for compiled in (self.models, self.evaluators, self.loops):
                compiled.clear()
            gc.collect()  # what TensorFlow has compiled refers to itself
        first = self.models.setdefault(structure(model), model)
        _copy_weights(model, first)
        return first


def _copy_weights(source: keras.Model, target: keras.Model) -> None:
    if source is not target:
        for old, new in zip(source.weights, target.weights, strict=True):
            new.assign(old.value)


class _Loop:
    """Training steps of models of one structure on one training split."""

    def __init__(
        self,
        model: keras.Model,
        images: tf.Tensor,
        labels: tf.Tensor,
        training: dict[str, Any],
        jit_compile: bool,
        microbatches_at_once: int,
    ) -> None:
        self.model = model
        self.forward = Forward(model, blocks=not jit_compile)
        self.images = self.forward.arranged(images)
        self.labels = labels
        self.variables = [variable.value for variable in model.trainable_variables]
        self.optimizer = optimizers.create(variables=self.variables, **training["optimizer"])
        self.sums_loss = training["loss_reduction"] == "sum"
        self.microbatch_size = training["microbatch_size"]
        self.microbatches_at_once = microbatches_at_once
        self.jit_compile = jit_compile
        self.compiled: dict[int, Any] = {}

    def begin(self, model: keras.Model, training: dict[str, Any]) -> None:
        """Set what differs between runs, but for the weights; the optimiser is at its start."""
        for slot in self.optimizer.slots:
            slot.assign(tf.zeros_like(slot))
        scalars = optimizers.create(variables=[], **training["optimizer"]).scalars
        self.scalars = {name: tf.constant(value, tf.float32) for name, value in scalars.items()}
        self.masks = masks(model)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that changes from step to step, by name, but for the step itself."""
        return {name: np.asarray(variable) for name, variable in self._changing()}

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Put back what :meth:`arrays` gave."""
        for name, variable in self._changing():
            variable.assign(arrays[name])

    def _changing(self) -> Iterator[tuple[str, Any]]:
        for place, weight in enumerate(self.model.weights):
            yield f"weight_{place}", weight.value
        for place, slot in enumerate(self.optimizer.slots):
            yield f"slot_{place}", slot

    def run(
        self, chunk: schedule.Chunk, order: npt.NDArray[np.int32], by_batch: bool
    ) -> npt.NDArray[np.float64]:
        """Run the steps of a chunk; gives the sums of loss and accuracy, and of their weights."""
        end = chunk.first_example + chunk.steps * chunk.batch_size
        loss, correct, made = self._compiled(chunk.batch_size)(
            tf.constant(order[chunk.first_example : end].reshape(chunk.steps, chunk.batch_size)),
            tf.constant(chunk.first_step),
            self.scalars,
            self.masks,
        )
        if not math.isfinite(float(loss)):
            step = chunk.first_step + int(made)
            raise _not_finite("loss", chunk.epoch, f"step {step}")
        # A mean over batches weighs each batch alike, one over examples each example.
        weight = 1 / chunk.batch_size if by_batch else 1.0
        examples = chunk.steps * chunk.batch_size
        return np.array([float(loss), float(correct), examples], np.float64) * weight

    def _compiled(self, batch_size: int) -> Any:
        """The steps for one batch size, traced once however many steps are asked for."""
        if batch_size not in self.compiled:
            self.compiled[batch_size] = tf.function(
                self._steps,
                input_signature=[
                    tf.TensorSpec([None, batch_size], tf.int32),
                    tf.TensorSpec([], tf.int32),
                    *tf.nest.map_structure(tf.TensorSpec.from_tensor, (self.scalars, self.masks)),
                ],
                jit_compile=self.jit_compile,
                autograph=False,
            )
        return self.compiled[batch_size]

    def _steps(
        self, batches: tf.Tensor, first_step: tf.Tensor, scalars: dict[str, tf.Tensor], masks: Masks
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Train on batches, int32 indices (steps, batch size), until a loss is not finite.

        Returns the sums over all examples of loss and of right answers, and the steps made.
        """
        batch_size = batches.shape[1]
        count = tf.shape(batches)[0]

        def more(made: tf.Tensor, loss: tf.Tensor, correct: tf.Tensor) -> tf.Tensor:
            return tf.logical_and(made < count, tf.math.is_finite(loss))

        def body(
            made: tf.Tensor, loss: tf.Tensor, correct: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            step = first_step + made
            batch = tf.ensure_shape(tf.gather(batches, made), [batch_size])
            gradients, batch_loss, batch_correct = self._gradients(batch, step, masks)
            self.optimizer.apply(gradients, step, scalars)
            return made + 1, loss + batch_loss, correct + batch_correct

        made, loss, correct = tf.while_loop(
            more, body, (tf.constant(0), tf.constant(0.0), tf.constant(0.0))
        )
        return loss, correct, made

    def _gradients(
        self, batch: tf.Tensor, step: tf.Tensor, masks: Masks
    ) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor]:
        """The gradients of a batch's loss, summed over microbatches that fit the CPU's cache."""
        size = batch.shape[0]
        micro = self.microbatch_size
        if micro is None or size <= micro or size % micro:
            return self._microbatch_gradients(batch, step, masks, size)
        parts = size // micro

        def body(part: tf.Tensor, sums: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
            indices = tf.slice(batch, [part * micro], [micro])
            gradients, loss, correct = self._microbatch_gradients(
                indices, step * parts + part, masks, size
            )
            return part + 1, [a + b for a, b in zip(sums, [*gradients, loss, correct], strict=True)]

        zeros = [tf.zeros_like(variable) for variable in self.variables]
        _, sums = tf.while_loop(
            lambda part, sums: part < parts,
            body,
            (tf.constant(0), [*zeros, tf.constant(0.0), tf.constant(0.0)]),
            parallel_iterations=self.microbatches_at_once,
        )
        return sums[:-2], sums[-2], sums[-1]

    def _microbatch_gradients(
        self, indices: tf.Tensor, draw: tf.Tensor, masks: Masks, batch_size: int
    ) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor]:
        labels = tf.gather(self.labels, indices)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.variables)
            logits = self.forward(scaled(tf.gather(self.images, indices)), draw, masks)
            logits = tf.cast(logits, tf.float32)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_sum(losses)
            objective = loss if self.sums_loss else loss / batch_size
        gradients = tape.gradient(objective, self.variables)
        return gradients, loss, _count_right(logits, labels)


class Evaluator:
    """Scores and predicts with a model, dropout off. Use inside :func:`logits_of`."""

    def __init__(
        self, model: keras.Model, jit_compile: bool = False, batches_at_once: int = 1
    ) -> None:
        self.model = model
        self.batches_at_once = batches_at_once
        self._forward = tf.function(
            self._logits, jit_compile=jit_compile, reduce_retracing=True, autograph=False
        )

    def logits(self, images: Images, batch_size: int = EVALUATION_BATCH) -> npt.NDArray[np.float32]:
        """The logits of images, float32 (examples, classes)."""
        whole = len(images) // batch_size * batch_size
        parts = [images[:whole].reshape(-1, batch_size, *images.shape[1:]), images[None, whole:]]
        found = [self._forward(tf.constant(part)).numpy() for part in parts if part.size]
        return np.concatenate([logits.reshape(-1, logits.shape[-1]) for logits in found])

    def _logits(self, batches: tf.Tensor) -> tf.Tensor:
        """(batches, batch size, *shape) to (batches, batch size, classes)."""
        return tf.map_fn(
            lambda images: tf.cast(self.model(scaled(images), training=False), tf.float32),
            batches,
            parallel_iterations=self.batches_at_once,
            fn_output_signature=tf.float32,
        )

    def score(
        self,
        images: Images,
        labels: Labels,
        batch_size: int = EVALUATION_BATCH,
        by_batch: bool = False,
    ) -> tuple[float, float]:
        """Mean cross-entropy (natural logarithm) and accuracy.

        Args:
            images: uint8, (examples, *shape).
            labels: int32, (examples,).
            batch_size: examples at once; it matters to the result only if
            by_batch: the means of batches are averaged, whatever their sizes.
        """
        logits = self.logits(images, batch_size)
        losses = cross_entropies(logits, labels)
        right = logits.argmax(axis=1) == labels
        if not by_batch:
            return float(losses.mean()), float(right.mean())
        starts = range(0, len(labels), batch_size)
        return (
            float(np.mean([losses[i : i + batch_size].mean() for i in starts])),
            float(np.mean([right[i : i + batch_size].mean() for i in starts])),
        )


def _count_right(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    right = tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), labels)
    return tf.reduce_sum(tf.cast(right, tf.float32))


def _refuse_not_finite(model: keras.Model, epoch: int, step: int) -> None:
    for variable in model.trainable_variables:
        if not bool(tf.reduce_all(tf.math.is_finite(variable.value))):
            raise _not_finite(f"weight {variable.path}", epoch, f"at or before step {step}")


def _not_finite(what: str, epoch: int, step: str) -> StudyError:
    return StudyError(
        f"training diverged: {what} is not finite in epoch {epoch}, {step}. "
        "Nothing of this run was kept; try a smaller learning rate."
    )
