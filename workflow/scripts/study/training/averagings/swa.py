"""Stochastic weight averaging: the mean of the weights at regular intervals late in a run.

Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization".
"""

from collections.abc import Sequence

import tensorflow as tf

from study.parameters import Count, Rate


class Averaging:
    """A mean of weights; see :class:`study.training.averagings.AveragingProtocol`.

    The first weights that count are those after `start` (a fraction) of the run's steps, the next
    ones those `every` so many steps later.
    """

    def __init__(
        self, weights: Sequence[tf.Variable], *, start: Rate = 0.75, every: Count = 100
    ) -> None:
        self.weights = weights
        self.start = start
        self.every = every
        self.means = [tf.Variable(weight) for weight in weights]
        self.count = tf.Variable(0.0)
        self.slots = [*self.means, self.count]

    def begin(self) -> None:
        """Start a run: nothing has been averaged."""
        for slot in self.slots:
            slot.assign(tf.zeros_like(slot))  # so that no rounding remembers the run before

    def after(self, step: tf.Tensor, total: tf.Tensor) -> None:
        """Take a step into account."""
        done = step + 1
        # In float64, and a little less, so that 0.55 of 100 steps are 55 and not 56.
        start = tf.math.ceil(self.start * tf.cast(total, tf.float64) - 1e-6)
        first = tf.maximum(tf.cast(start, tf.int32), 1)
        due = tf.logical_and(done >= first, tf.equal((done - first) % self.every, 0))

        def add() -> tf.Tensor:
            self.count.assign_add(1.0)
            for mean, weight in zip(self.means, self.weights, strict=True):
                mean.assign_add((weight - mean) / self.count)
            return tf.constant(True)

        tf.cond(due, add, lambda: tf.constant(False))

    def averaged(self, step: int, total: int) -> Sequence[tf.Variable] | None:
        """The means after `step` steps; None if nothing has been averaged yet."""
        return self.means if float(self.count) > 0 else None
