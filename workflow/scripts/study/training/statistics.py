"""Statistics of batch normalisation for weights that no step has been made with."""

import keras
import tensorflow as tf

from study.training import batches
from study.training.forward import Forward
from study.training.outputs import scaled

BATCH = 500
MOST = 10_000
"""Examples that the statistics are computed from, at most."""


def recompute(model: keras.Model, images: tf.Tensor) -> None:
    """Set the moving statistics of a model to those of its training examples.

    As the examples pass through the model in batches of 500, each batch normalisation uses its
    batch's statistics; dropout and augmentation are off. The mean over batches, and the variance
    around it, become the moving statistics.

    Args:
        model: changed in place.
        images: uint8 (examples, *shape); up to 10,000 of them are used, in a fixed random order.
    """
    forward = Forward(model, blocks=False, drops=False)
    if not forward.norms:
        return
    count = min(len(images), MOST)
    size = min(count, BATCH)
    found = []
    for indices in batches.order(0, 0, len(images))[: count // size * size].reshape(-1, size):
        forward(scaled(tf.gather(images, indices)), tf.constant(0), [])
        found.append(forward.statistics)
    for place, norm in enumerate(forward.norms):
        means = tf.stack([own[2 * place] for own in found])
        squares = tf.stack([own[2 * place + 1] + own[2 * place] ** 2 for own in found])
        mean = tf.reduce_mean(means, 0)
        norm.layer.moving_mean.assign(mean)
        norm.layer.moving_variance.assign(tf.maximum(tf.reduce_mean(squares, 0) - mean**2, 0.0))
