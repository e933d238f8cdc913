"""Deforms each image by a smooth random field of displacements.

Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks applied to
visual document analysis"; the defaults are theirs for 29 x 29 digits.
"""

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from study.parameters import NonNegative, Positive
from study.training.augmentations._sampling import bilinear
from study.training.randomness import Draw


class Augmentation:
    """Elastic deformation; see :class:`study.training.augmentations.AugmentationProtocol`.

    A displacement has two components, vertical and horizontal, in pixels. Each is a field of
    independent numbers, uniform in [-1, 1), convolved with a Gaussian kernel and then multiplied by
    `alpha`. The kernel's weights sum to 1, and it ends at 3 `sigma`, rounded to whole pixels. The
    field is 0 outside the image. It is not normalised any further, so away from the borders the
    standard deviation of a component is alpha / (sqrt(12 pi) sigma): 1.4 pixels with the defaults.
    The image is sampled bilinearly and is 0 outside its borders.
    """

    def __init__(self, *, alpha: NonNegative = 34.0, sigma: Positive = 4.0) -> None:
        """Elastic deformation.

        Args:
            alpha: the factor of the displacements.
            sigma: the standard deviation of the Gaussian kernel, in pixels.
        """
        self.alpha = alpha
        self.sigma = sigma

    def noise(self, draw: Draw, batch: int, height: int, width: int) -> tf.Tensor:
        """The two fields before smoothing, float32 (2, batch, height, width), in [-1, 1)."""
        return draw.uniform([2, batch, height, width], -1.0, 1.0)

    def displacements(self, draw: Draw, batch: int, height: int, width: int) -> tf.Tensor:
        """The displacements in rows and in columns, float32 (2, batch, height, width)."""
        noise = self.noise(draw, batch, height, width)
        down = tf.constant(self.alpha * smoothing(height, self.sigma), tf.float32)
        along = tf.constant(smoothing(width, self.sigma), tf.float32)
        smooth = tf.reshape(noise, [-1, width]) @ along
        return down @ tf.reshape(smooth, noise.shape)

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The deformed images."""
        batch, height, width, _ = images.shape
        down, along = tf.unstack(self.displacements(draw, batch, height, width))
        rows = tf.reshape(tf.range(height, dtype=tf.float32), [height, 1]) + down
        columns = tf.range(width, dtype=tf.float32) + along
        return bilinear(images, rows, columns)


def smoothing(size: int, sigma: float) -> npt.NDArray[np.float64]:
    """The matrix that convolves `size` numbers, 0 outside, with a Gaussian kernel cut at 3 sigma.

    Returns:
        A symmetric matrix, float64 (size, size).
    """
    radius = int(3 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(radius + 1) / sigma) ** 2)
    kernel /= kernel[0] + 2 * kernel[1:].sum()
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return np.where(distance <= radius, kernel[np.minimum(distance, radius)], 0.0)
