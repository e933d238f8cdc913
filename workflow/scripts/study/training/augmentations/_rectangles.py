"""Rectangles that are replaced, shared by what cuts parts out of images."""

import tensorflow as tf


@tf.function(jit_compile=True, autograph=False)
def replaced(images: tf.Tensor, others: tf.Tensor, rectangles: tf.Tensor) -> tf.Tensor:
    """The images, with others inside a rectangle of each.

    Args:
        images: float32 (batch, height, width, channels).
        others: of the same shape, or a scalar.
        rectangles: int32 (batch, 4): top, left, height and width; they may exceed the image.

    Returns:
        Images of the same shape.
    """
    _, height, width, _ = images.shape
    top, left, tall, wide = tf.unstack(rectangles[..., tf.newaxis], axis=1)
    row, column = tf.range(height), tf.range(width)
    rows = (row >= top) & (row < top + tall)
    columns = (column >= left) & (column < left + wide)
    inside = rows[:, :, tf.newaxis, tf.newaxis] & columns[:, tf.newaxis, :, tf.newaxis]
    return tf.where(inside, others, images)


def clipped(rectangles: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """The parts of rectangles that are inside an image of some height and width."""
    ends = rectangles[:, :2] + rectangles[:, 2:]
    start = tf.maximum(rectangles[:, :2], 0)
    return tf.concat([start, tf.minimum(ends, [height, width]) - start], 1)
