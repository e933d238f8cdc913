"""Mirroring of some images of a batch, shared by the ways of choosing them."""

import tensorflow as tf


@tf.function(jit_compile=True, autograph=False)
def mirrored(images: tf.Tensor, chosen: tf.Tensor) -> tf.Tensor:
    """The images, the chosen ones with left and right exchanged.

    Args:
        images: float32 (batch, height, width, channels).
        chosen: bool (batch,).

    Returns:
        Images of the same shape.
    """
    return tf.where(tf.reshape(chosen, [-1, 1, 1, 1]), tf.reverse(images, [2]), images)
