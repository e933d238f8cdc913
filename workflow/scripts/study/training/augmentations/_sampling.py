"""Bilinear sampling of images at any positions, shared by affine and elastic deformations."""

import tensorflow as tf


@tf.function(jit_compile=True, autograph=False)
def bilinear(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """Images sampled at given positions; outside an image everything is 0.

    Between the outermost pixels and the positions one pixel farther out, the image fades to 0
    linearly, as in `scipy.ndimage.map_coordinates` with `order=1, mode="grid-constant"`.

    XLA compiles it on a CPU too, where the steps are not compiled: it is several times faster than
    the separate operations.

    Args:
        images: float32 (batch, height, width, channels).
        rows: float32 (batch, height, width), from 0 to height - 1 inside the image.
        columns: float32 (batch, height, width), from 0 to width - 1 inside the image.

    Returns:
        Images of the shape of `images`.
    """
    batch, height, width, channels = images.shape
    stride = width + 2
    padded = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
    pixels = tf.reshape(padded, [-1] if channels == 1 else [-1, channels])
    top, below = _split(rows, height)
    left, beyond = _split(columns, width)
    image = tf.reshape(tf.range(batch) * ((height + 2) * stride), [-1, 1, 1])
    corner = image + top * stride + left
    if channels > 1:
        below, beyond = below[..., tf.newaxis], beyond[..., tf.newaxis]
    upper = _between(tf.gather(pixels, corner), tf.gather(pixels, corner + 1), beyond)
    corner += stride
    lower = _between(tf.gather(pixels, corner), tf.gather(pixels, corner + 1), beyond)
    return tf.reshape(_between(upper, lower, below), images.shape)


def _split(positions: tf.Tensor, size: int) -> tuple[tf.Tensor, tf.Tensor]:
    """The index, in the padded image, of the pixel before a position, and the way to the next."""
    positions = tf.clip_by_value(positions + 1.0, 0.0, size + 1.0)
    before = tf.minimum(tf.floor(positions), float(size))
    return tf.cast(before, tf.int32), positions - before


def _between(start: tf.Tensor, end: tf.Tensor, way: tf.Tensor) -> tf.Tensor:
    return start + way * (end - start)
