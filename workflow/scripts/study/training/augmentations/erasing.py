"""Fills a random rectangle of some images with noise.

Zhong et al. (2020), "Random erasing data augmentation". The default probability and ratio are
theirs; the default areas are torchvision's (the paper's are from 0.02 to 0.4).
"""

import math
from typing import Literal

import tensorflow as tf

from study.parameters import Fraction, Positive
from study.training.augmentations._rectangles import replaced
from study.training.randomness import Draw


class Augmentation:
    """Random erasing; see :class:`study.training.augmentations.AugmentationProtocol`.

    The rectangle's area is uniform; the logarithm of its aspect ratio (height by width) is uniform
    over the ratios with which such an area fits into the image; its place is uniform over those
    where it lies inside. Heights and widths are rounded to whole pixels, at least 1. (The paper's
    ratio is uniform, which makes tall rectangles more frequent than wide ones, and it draws again
    when the rectangle does not fit.)
    """

    def __init__(
        self,
        *,
        probability: Fraction = 0.5,
        area: tuple[Fraction, ...] = (0.02, 0.33),
        ratio: Positive = 0.3,
        fill: Literal["noise", "zero"] = "noise",
    ) -> None:
        """Random erasing.

        Args:
            probability: the fraction of images that are changed.
            area: the least and the largest area of the rectangle, as a fraction of the image's.
            ratio: the aspect ratio is from `ratio` to 1 / `ratio`.
            fill: what the rectangle is filled with: numbers uniform in [0, 1), one per pixel and
                channel, or 0.

        Raises:
            ValueError: if `area` is not two numbers, the smaller first.
        """
        if len(area) != 2 or area[0] > area[1]:
            raise ValueError(f"area must be two fractions, the smaller first, not {list(area)}")
        self.probability = probability
        self.area = area
        self.spread = abs(math.log(ratio))
        self.fill = fill

    def rectangles(self, draw: Draw, batch: int, height: int, width: int) -> tf.Tensor:
        """Top, left, height and width, int32 (batch, 4); 0 x 0 where nothing is erased."""
        area = draw.uniform([batch], *self.area, name="area")
        fits = tf.math.log(area)  # of a square image: ratios from area to 1 / area fit
        shape = math.log(height / width)
        least = tf.maximum(-self.spread, shape + fits)
        most = tf.minimum(self.spread, shape - fits)
        log_ratio = least + (most - least) * draw.uniform([batch], name="ratio")
        size = tf.sqrt(area * (height * width))
        tall = _rounded(size * tf.exp(log_ratio / 2), height)
        wide = _rounded(size * tf.exp(-log_ratio / 2), width)
        top = tf.floor(draw.uniform([batch], name="row") * (height - tall + 1))
        left = tf.floor(draw.uniform([batch], name="column") * (width - wide + 1))
        chosen = tf.cast(draw.uniform([batch], name="chosen") < self.probability, tf.float32)
        return tf.cast(tf.stack([top, left, tall * chosen, wide * chosen], 1), tf.int32)

    def noise(self, draw: Draw, images: tf.Tensor) -> tf.Tensor:
        """What rectangles are filled with, float32, of the images' shape."""
        if self.fill == "zero":
            return tf.zeros_like(images)
        return draw.uniform(images.shape, name="noise")

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The images, some of them with a rectangle erased."""
        batch, height, width, _ = images.shape
        rectangles = self.rectangles(draw, batch, height, width)
        return replaced(images, self.noise(draw, images), rectangles)


def _rounded(lengths: tf.Tensor, limit: int) -> tf.Tensor:
    return tf.clip_by_value(tf.round(lengths), 1.0, float(limit))
