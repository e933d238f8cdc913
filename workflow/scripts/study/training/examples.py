"""The examples of a training step: gathered, scaled, augmented, mixed, with their targets."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from study.families import AUGMENTATIONS, MIXINGS
from study.training.forward import Forward
from study.training.outputs import scaled
from study.training.randomness import Draw


def keeps_pixels(training: Mapping[str, Any]) -> bool:
    """Whether images are trained on as they are, without augmentation and mixing."""
    return not training["augmentation"] and training["mixing"] is None


class Examples:
    """What steps see of a training split.

    Args:
        images: uint8 (examples, height, width, channels).
        labels: class ids, int32 (examples,).
        classes: their number.
        training: a run's `training` settings.
        forward: what the images go into.
    """

    def __init__(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        classes: int,
        training: Mapping[str, Any],
        forward: Forward,
    ) -> None:
        self.images = forward.arranged(images)
        self.labels = labels
        self.classes = classes
        self.smoothing = training["label_smoothing"]
        self.augmentations = [AUGMENTATIONS.create(own) for own in training["augmentation"]]
        self.mixing = MIXINGS.create(training["mixing"]) if training["mixing"] else None

    def __call__(self, draw: Draw) -> tuple[tf.Tensor, tf.Tensor]:
        """The images and targets of a batch, or of a part of one.

        Args:
            draw: which examples, and where random numbers come from.

        Returns:
            Images, float32 (batch, ...) from 0 to 1, in the order that the forward pass takes; and
            targets: class ids, int32 (batch,), or with label smoothing or mixing the probabilities
            of the classes, float32 (batch, classes).
        """
        images = scaled(tf.gather(self.images, draw.examples))
        targets = tf.gather(self.labels, draw.examples)
        for place, augmentation in enumerate(self.augmentations):
            images = augmentation(images, draw.of(f"augmentation {place}"))
        if self.smoothing or self.mixing:
            # Szegedy et al. 2016, section 7: a part of the probability is spread over all classes.
            targets = tf.one_hot(targets, self.classes, dtype=tf.float32)
            targets = targets * (1 - self.smoothing) + self.smoothing / self.classes
        if self.mixing:
            images, targets = self.mixing(images, targets, draw.of("mixing"))
        return images, targets


def losses(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The cross-entropy of each example in nats, float32 (batch,); targets as in `Examples`."""
    if targets.dtype.is_integer:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    return tf.nn.softmax_cross_entropy_with_logits(targets, logits)


def are_correct(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Which predictions are the most probable class of the targets, bool (batch,)."""
    if not targets.dtype.is_integer:
        targets = tf.argmax(targets, axis=1, output_type=tf.int32)
    return tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), targets)
