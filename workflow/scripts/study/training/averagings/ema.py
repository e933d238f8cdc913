"""An exponential moving average of the weights after every step (Polyak and Juditsky 1992).

Early in a run the decay is smaller, `(1 + n) / (10 + n)` after `n` steps, so that the initial
weights are forgotten at once; the formula is that of TensorFlow's `ExponentialMovingAverage`.
"""

from collections.abc import Sequence

import tensorflow as tf

from study.parameters import Rate


class Averaging:
    """A moving average; see :class:`study.training.averagings.AveragingProtocol`."""

    def __init__(self, weights: Sequence[tf.Variable], *, decay: Rate = 0.999) -> None:
        self.weights = weights
        self.decay = decay
        self.slots = [tf.Variable(weight) for weight in weights]

    def begin(self) -> None:
        """Start a run: the averages are the weights as they are now."""
        for slot, weight in zip(self.slots, self.weights, strict=True):
            slot.assign(weight)

    def after(self, step: tf.Tensor, total: tf.Tensor) -> None:
        """Take a step into account."""
        count = tf.cast(step + 1, tf.float32)
        kept = tf.minimum(self.decay, (1 + count) / (10 + count))
        for slot, weight in zip(self.slots, self.weights, strict=True):
            slot.assign_sub((1 - kept) * (slot - weight))

    def averaged(self, step: int, total: int) -> Sequence[tf.Variable] | None:
        """The averages after `step` steps."""
        return self.slots
