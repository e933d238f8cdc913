"""Scores and predictions of a model, dropout off."""

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from study.evaluation.losses import cross_entropies
from study.training.outputs import are_probabilities, as_logits, penalty, scaled

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]

BATCH = 100
"""Examples that are evaluated at once."""


class Evaluator:
    """Scores and predicts with a model. Use it inside :func:`study.training.outputs.logits_of`."""

    def __init__(
        self, model: keras.Model, jit_compile: bool = False, batches_at_once: int = 1
    ) -> None:
        self.model = model
        self.batches_at_once = batches_at_once
        self.probabilities = are_probabilities(model)
        self._forward = tf.function(
            self._logits, jit_compile=jit_compile, reduce_retracing=True, autograph=False
        )

    def logits(self, images: Images, batch_size: int = BATCH) -> npt.NDArray[np.float32]:
        """The logits of images, float32 (examples, classes)."""
        whole = len(images) // batch_size * batch_size
        parts = [images[:whole].reshape(-1, batch_size, *images.shape[1:]), images[None, whole:]]
        found = [self._forward(tf.constant(part)).numpy() for part in parts if part.size]
        return np.concatenate([logits.reshape(-1, logits.shape[-1]) for logits in found])

    def _logits(self, batches: tf.Tensor) -> tf.Tensor:
        """(batches, batch size, *shape) to (batches, batch size, classes)."""
        return tf.map_fn(
            lambda images: as_logits(
                self.model(scaled(images), training=False), self.probabilities
            ),
            batches,
            parallel_iterations=self.batches_at_once,
            fn_output_signature=tf.float32,
        )

    def score(
        self,
        images: Images,
        labels: Labels,
        batch_size: int = BATCH,
        by_batch: bool = False,
        penalty_scale: float = 1.0,
    ) -> tuple[float, float]:
        """Mean loss (cross-entropy in nats, and the weights' penalty) and accuracy.

        Args:
            images: uint8, (examples, *shape).
            labels: int32, (examples,).
            batch_size: examples at once; it matters to the result only with `by_batch`.
            by_batch: whether to average the means of batches, whatever their sizes.
            penalty_scale: the factor of the penalty, if the model has regularisers.
        """
        logits = self.logits(images, batch_size)
        losses = cross_entropies(logits, labels)
        correct = logits.argmax(axis=1) == labels
        own = penalty(self.model)
        extra = 0.0 if own is None else float(own) * penalty_scale
        if not by_batch:
            return float(losses.mean()) + extra, float(correct.mean())
        starts = range(0, len(labels), batch_size)
        return (
            float(np.mean([losses[i : i + batch_size].mean() for i in starts])) + extra,
            float(np.mean([correct[i : i + batch_size].mean() for i in starts])),
        )
