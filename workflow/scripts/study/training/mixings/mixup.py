"""Mixup: replaces each example with a weighted mean of itself and another one.

Zhang et al. (2018), "mixup: beyond empirical risk minimization".
"""

import tensorflow as tf

from study.parameters import Positive
from study.training.randomness import Draw


class Mixing:
    """Mixup; see :class:`study.training.mixings.MixingProtocol`.

    Each example has its own weight, distributed as Beta(alpha, alpha), and is mixed with the one
    before it in the microbatch (the first with the last); examples come in random order. (The
    authors' code draws one weight per batch. The expected loss is the same, and one weight per
    example makes the gradient less noisy and independent of how a batch is cut into microbatches.)
    """

    def __init__(self, *, alpha: Positive = 0.2) -> None:
        """Mixup.

        Args:
            alpha: of the distribution Beta(alpha, alpha): the larger, the more even the mixture.
        """
        self.alpha = alpha

    def weights(self, draw: Draw, batch: int) -> tf.Tensor:
        """The weight of each example itself, float32 (batch,), from 0 to 1."""
        return draw.symmetric_beta([batch], self.alpha)

    def __call__(
        self, images: tf.Tensor, targets: tf.Tensor, draw: Draw
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The mixed examples."""
        weights = self.weights(draw, images.shape[0])
        return _mean(images, weights[:, None, None, None]), _mean(targets, weights[:, None])


def _mean(own: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    other = tf.roll(own, 1, 0)
    return other + weights * (own - other)
