"""Mirrors each image horizontally with probability 1/2.

Krizhevsky, Sutskever and Hinton (2012), "ImageNet classification with deep convolutional neural
networks", section 4.1. Digits and letters are not symmetric: it is for photographs.
"""

import tensorflow as tf

from study.training.augmentations._mirroring import mirrored
from study.training.randomness import Draw


class Augmentation:
    """Random mirroring; see :class:`study.training.augmentations.AugmentationProtocol`."""

    def __init__(self) -> None:
        pass

    def chosen(self, draw: Draw, batch: int) -> tf.Tensor:
        """Which images are mirrored, bool (batch,)."""
        return draw.integers([batch], 0, 2) == 1

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The images, some of them mirrored."""
        return mirrored(images, self.chosen(draw, images.shape[0]))
