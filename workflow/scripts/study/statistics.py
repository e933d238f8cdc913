"""The statistics of a classifier's predictions. NumPy only, so that its users start fast."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Z_95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution: two-sided 95 %."""


def wilson_interval(right: int, examples: int, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927), good near 0 and 1 too.

    Args:
        right: how many of the examples have the property.
        examples: how many there are, at least 1.
        z: the normal quantile; 95 % by default.

    Returns:
        The lower and the upper bound, in [0, 1].
    """
    share = right / examples
    scale = 1 + z**2 / examples
    middle = (share + z**2 / (2 * examples)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / examples + (z / (2 * examples)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def confusion_matrix(
    labels: npt.NDArray[Any], predicted: npt.NDArray[Any], classes: int
) -> npt.NDArray[np.int64]:
    """Counts, int64 (classes, classes): row = true class, column = predicted class."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def row_shares(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """A confusion matrix of which each row sums to 1; the row of an absent class is all NaN."""
    return _divided(counts, counts.sum(axis=1, keepdims=True))


def per_class(counts: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
    """Support, accuracy, precision, recall and F1 of each class, (classes,) each.

    The accuracy of a class is the share of its examples that are recognised, which is its recall;
    both words are in use. A value is NaN where it is not defined: precision of a class that is
    never predicted, recall of a class without examples.
    """
    right = np.diag(counts)
    recall = _divided(right, counts.sum(axis=1))
    precision = _divided(right, counts.sum(axis=0))
    return {
        "support": counts.sum(axis=1),
        "accuracy": recall,
        "precision": precision,
        "recall": recall,
        "f1": _divided(2 * right, counts.sum(axis=0) + counts.sum(axis=1)),
    }


def cross_entropies(
    logits: npt.NDArray[np.floating[Any]], labels: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """The cross-entropy of each example in nats, float64 (examples,).

    Args:
        logits: (examples, classes).
        labels: (examples,), class ids.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    losses: npt.NDArray[np.float64] = np.log(np.exp(shifted).sum(axis=1))
    losses -= shifted[np.arange(len(labels)), labels]
    return losses


def _divided(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    shape = np.broadcast_shapes(above.shape, below.shape)
    shares: npt.NDArray[np.float64] = np.full(shape, np.nan)
    np.divide(above, below, out=shares, where=below > 0)
    return shares
