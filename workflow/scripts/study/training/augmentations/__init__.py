"""Augmentations of training images, one file each with one class called `Augmentation`.

    Augmentation(*, ...)                 # the parameters that the config may give
    augmentation(images, draw) -> images

They are part of the compiled step. A run's `training.augmentation` is a list of them, applied in
order; each draws its own random numbers, and each example has its own.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf

    from study.training.randomness import Draw


class AugmentationProtocol(Protocol):
    """Changes images at random."""

    def __call__(self, images: "tf.Tensor", draw: "Draw") -> "tf.Tensor":
        """The augmented images.

        Args:
            images: float32 (batch, height, width, channels), from 0 to 1; the shape is static.
            draw: where random numbers come from.

        Returns:
            Images of the same shape, float32, from 0 to 1.
        """
