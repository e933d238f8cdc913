"""Moves each image by a random number of whole pixels, up or down and left or right.

The same as a random crop from a padded image, as He et al. (2016), "Deep residual learning for
image recognition", section 4.2, train on CIFAR-10 (there by up to 4 pixels).
"""

from typing import Literal

import tensorflow as tf

from study.parameters import Count
from study.training.randomness import Draw


class Augmentation:
    """Random translation; see :class:`study.training.augmentations.AugmentationProtocol`."""

    def __init__(self, *, pixels: Count = 2, fill: Literal["zero", "reflect"] = "zero") -> None:
        """Random translation.

        Args:
            pixels: the move is uniform in -pixels..pixels along each axis.
            fill: what appears at the borders: 0, or the image reflected at its outermost pixels
                (then `pixels` must be less than the image's height and width).
        """
        self.pixels = pixels
        self.mode = {"zero": "CONSTANT", "reflect": "REFLECT"}[fill]

    def moves(self, draw: Draw, batch: int) -> tf.Tensor:
        """How far each image moves down and to the right, int32 (batch, 2)."""
        return draw.integers([batch, 2], -self.pixels, self.pixels + 1)

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The moved images."""
        border = [self.pixels, self.pixels]
        padded = tf.pad(images, [[0, 0], border, border, [0, 0]], self.mode)
        corners = self.pixels - self.moves(draw, images.shape[0])
        return _crops(padded, corners, images.shape[1], images.shape[2])


@tf.function(jit_compile=True, autograph=False)
def _crops(images: tf.Tensor, corners: tf.Tensor, height: int, width: int) -> tf.Tensor:
    rows = corners[:, :1] + tf.range(height)
    columns = corners[:, 1:] + tf.range(width)
    taken = tf.gather(images, rows, axis=1, batch_dims=1)
    return tf.gather(taken, columns, axis=2, batch_dims=1)
