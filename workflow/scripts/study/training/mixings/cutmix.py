"""CutMix: replaces a rectangle of each image with the same rectangle of another image.

Yun et al. (2019), "CutMix: regularization strategy to train strong classifiers with localizable
features".
"""

import tensorflow as tf

from study.parameters import Positive
from study.training.augmentations._rectangles import clipped, replaced
from study.training.randomness import Draw


class Mixing:
    """CutMix; see :class:`study.training.mixings.MixingProtocol`.

    Each example has its own rectangle of the image's proportions. Its area is the fraction
    1 - lambda of the image's, with lambda distributed as Beta(alpha, alpha); its centre is uniform
    over the pixels; what lies outside the image is cut off. The rectangle comes from the example
    before in the microbatch (for the first, the last), and targets are mixed by the fractions of
    pixels that the image then has of either. (The authors' code has one rectangle per batch.)
    """

    def __init__(self, *, alpha: Positive = 1.0) -> None:
        """CutMix.

        Args:
            alpha: of the distribution Beta(alpha, alpha); with 1, the area is uniform.
        """
        self.alpha = alpha

    def rectangles(self, draw: Draw, batch: int, height: int, width: int) -> tf.Tensor:
        """Top, left, height and width after clipping, int32 (batch, 4)."""
        side = tf.sqrt(1.0 - self.weights(draw, batch))
        tall = tf.cast(tf.round(side * height), tf.int32)
        wide = tf.cast(tf.round(side * width), tf.int32)
        top = draw.integers([batch], 0, height, "row") - tall // 2
        left = draw.integers([batch], 0, width, "column") - wide // 2
        return clipped(tf.stack([top, left, tall, wide], 1), height, width)

    def weights(self, draw: Draw, batch: int) -> tf.Tensor:
        """Each lambda as drawn: before rounding and clipping, float32 (batch,), from 0 to 1."""
        return draw.symmetric_beta([batch], self.alpha, "lambda")

    def __call__(
        self, images: tf.Tensor, targets: tf.Tensor, draw: Draw
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The mixed examples."""
        batch, height, width, _ = images.shape
        rectangles = self.rectangles(draw, batch, height, width)
        area = tf.reduce_prod(rectangles[:, 2:], 1, keepdims=True)
        fraction = tf.cast(area, tf.float32) / (height * width)
        mixed = targets + fraction * (tf.roll(targets, 1, 0) - targets)
        return replaced(images, tf.roll(images, 1, 0), rectangles), mixed
