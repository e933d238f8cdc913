"""Sets a randomly placed square of each image to a constant value.

DeVries and Taylor (2017), "Improved regularization of convolutional neural networks with cutout".
The default size is theirs for CIFAR-10.
"""

import tensorflow as tf

from study.parameters import Count, Fraction
from study.training.augmentations._rectangles import replaced
from study.training.randomness import Draw


class Augmentation:
    """Cutout; see :class:`study.training.augmentations.AugmentationProtocol`.

    The square's centre is uniform over the image's pixels, so parts of it may lie outside.
    """

    def __init__(
        self, *, size: Count = 16, value: Fraction = 0.0, probability: Fraction = 1.0
    ) -> None:
        """Cutout.

        Args:
            size: the length of the square's side, in pixels.
            value: what its pixels are set to.
            probability: the fraction of images that are cut.
        """
        self.size = size
        self.value = value
        self.probability = probability

    def rectangles(self, draw: Draw, batch: int, height: int, width: int) -> tf.Tensor:
        """The squares: top, left, height and width, int32 (batch, 4); 0 x 0 where there is none."""
        top = draw.integers([batch], 0, height, "row") - self.size // 2
        left = draw.integers([batch], 0, width, "column") - self.size // 2
        chosen = draw.uniform([batch], name="chosen") < self.probability
        size = tf.where(chosen, self.size, 0)
        return tf.stack([top, left, size, size], 1)

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The images, cut."""
        batch, height, width, _ = images.shape
        squares = self.rectangles(draw, batch, height, width)
        return replaced(images, tf.constant(self.value, tf.float32), squares)
