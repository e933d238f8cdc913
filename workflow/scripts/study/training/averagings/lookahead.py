"""Lookahead: slow weights move towards the trained ones every few steps; these restart from there.

Zhang et al. 2019, "Lookahead optimizer: k steps forward, 1 step back". The slow weights are what is
evaluated.
"""

from collections.abc import Sequence

import tensorflow as tf

from study.parameters import Count, Positive


class Averaging:
    """Slow and fast weights; see :class:`study.training.averagings.AveragingProtocol`.

    Every `every` steps the slow weights move by the fraction `move` towards the trained ones, which
    are then set to them.
    """

    def __init__(
        self, weights: Sequence[tf.Variable], *, every: Count = 5, move: Positive = 0.5
    ) -> None:
        self.weights = weights
        self.every = every
        self.move = move
        self.slots = [tf.Variable(weight) for weight in weights]

    def begin(self) -> None:
        """Start a run: the slow weights are the weights as they are now."""
        for slot, weight in zip(self.slots, self.weights, strict=True):
            slot.assign(weight)

    def after(self, step: tf.Tensor, total: tf.Tensor) -> None:
        """Take a step into account."""

        def meet() -> tf.Tensor:
            for slot, weight in zip(self.slots, self.weights, strict=True):
                weight.assign(slot.assign_add(self.move * (weight - slot)))
            return tf.constant(True)

        tf.cond(tf.equal((step + 1) % self.every, 0), meet, lambda: tf.constant(False))

    def averaged(self, step: int, total: int) -> Sequence[tf.Variable] | None:
        """The slow weights after `step` steps."""
        return self.slots
