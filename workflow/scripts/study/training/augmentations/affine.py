"""Rotates, zooms and shears each image about its centre, by random amounts.

LeCun et al. (1998), "Gradient-based learning applied to document recognition", section III, train
LeNet-5 on digits that are distorted like this.
"""

import math

import tensorflow as tf

from study.parameters import NonNegative, Rate
from study.training.augmentations._sampling import bilinear
from study.training.randomness import Draw


class Augmentation:
    """Random affine maps; see :class:`study.training.augmentations.AugmentationProtocol`.

    An image is sheared horizontally, then zoomed, then rotated. It is sampled bilinearly and is 0
    outside its borders.
    """

    def __init__(
        self, *, degrees: NonNegative = 10.0, zoom: Rate = 0.1, shear: NonNegative = 0.0
    ) -> None:
        """Random affine maps.

        Args:
            degrees: the angle of rotation is uniform in -degrees..degrees.
            zoom: the factor by which an image is enlarged is uniform in 1-zoom..1+zoom.
            shear: the angle of shearing, in degrees, is uniform in -shear..shear.
        """
        self.angle = math.radians(degrees)
        self.zoom = zoom
        self.shear = math.radians(shear)

    def matrices(self, draw: Draw, batch: int) -> tf.Tensor:
        """Where each pixel of the result comes from: source = matrix @ position.

        Returns:
            Matrices for (row, column) vectors that start at the image's centre, float32
            (batch, 2, 2).
        """
        angle = draw.uniform([batch], -self.angle, self.angle, "angle")
        factor = draw.uniform([batch], 1.0 - self.zoom, 1.0 + self.zoom, "zoom")
        slope = tf.tan(draw.uniform([batch], -self.shear, self.shear, "shear"))
        cosine, sine = tf.cos(angle) / factor, tf.sin(angle) / factor
        # the inverse of: column += slope * row, then times factor, then the rotation
        return tf.stack(
            [
                tf.stack([cosine, sine], 1),
                tf.stack([-sine - slope * cosine, cosine - slope * sine], 1),
            ],
            1,
        )

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The transformed images."""
        batch, height, width, _ = images.shape
        matrices = self.matrices(draw, batch)[..., tf.newaxis, tf.newaxis]
        middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
        row = tf.reshape(tf.range(height, dtype=tf.float32) - middle_row, [height, 1])
        column = tf.range(width, dtype=tf.float32) - middle_column
        rows = matrices[:, 0, 0] * row + matrices[:, 0, 1] * column + middle_row
        columns = matrices[:, 1, 0] * row + matrices[:, 1, 1] * column + middle_column
        return bilinear(images, rows, columns)
