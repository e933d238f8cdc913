"""Mirrors each image in every other epoch; whether it starts mirrored is random for each image.

Jordan (2024), "94% on CIFAR-10 in 3.29 seconds on a single GPU", section on alternating flip. In
any two successive epochs the network sees both forms of every image; independent flips repeat half
of the images.
"""

import tensorflow as tf

from study.training.augmentations._mirroring import mirrored
from study.training.randomness import Draw


class Augmentation:
    """Alternating mirroring; see :class:`study.training.augmentations.AugmentationProtocol`."""

    def __init__(self) -> None:
        pass

    def chosen(self, draw: Draw) -> tf.Tensor:
        """Which images are mirrored: a function of seed, place and epoch only. Bool (batch,)."""
        start = mixed(mixed(draw.seed) + tf.bitcast(draw.examples, tf.uint32))
        return tf.bitwise.bitwise_and(tf.bitcast(start, tf.int32) + draw.epoch, 1) == 1

    def __call__(self, images: tf.Tensor, draw: Draw) -> tf.Tensor:
        """The images, some of them mirrored."""
        return mirrored(images, self.chosen(draw))


def mixed(numbers: tf.Tensor) -> tf.Tensor:
    """A hash of each number: the finaliser of MurmurHash3 (Appleby 2011).

    Args:
        numbers: 32-bit integers of any shape.

    Returns:
        Hashes, uint32, of the same shape.
    """
    numbers = tf.bitcast(numbers, tf.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        numbers = _folded(numbers, shift) * tf.constant(factor, tf.uint32)
    return _folded(numbers, 16)


def _folded(numbers: tf.Tensor, shift: int) -> tf.Tensor:
    high = tf.bitwise.right_shift(numbers, tf.constant(shift, tf.uint32))
    return tf.bitwise.bitwise_xor(numbers, high)
