"""How well a classifier's confidence agrees with its accuracy. NumPy only."""

from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 15
"""As many bins of equal width as in Guo et al. (2017), On calibration of modern neural networks."""

Rows = list[dict[str, Any]]


def probabilities(logits: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """The softmax of each row of (examples, classes)."""
    powers: npt.NDArray[np.float64] = np.exp(
        logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    )
    powers /= powers.sum(axis=1, keepdims=True)
    return powers


def reliability(
    confidences: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = BINS
) -> Rows:
    """Examples grouped by confidence into bins of equal width, the upper end of each included.

    Args:
        confidences: the probability that each example's predicted class was given, in [0, 1].
        right: whether the prediction was right.
        bins: how many.

    Returns:
        A row a bin that has examples: `low` and `high` (its ends), `examples`, `right` (how many),
        `confidence` (their mean).
    """
    place = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    return [
        {
            "low": index / bins,
            "high": (index + 1) / bins,
            "examples": int(inside.sum()),
            "right": int(right[inside].sum()),
            "confidence": float(confidences[inside].mean()),
        }
        for index in range(bins)
        if (inside := place == index).any()
    ]


def expected_calibration_error(rows: Rows) -> float:
    """The mean distance of accuracy and confidence, each bin weighted by its examples.

    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian
    binning; 0 is perfect, 1 the worst.

    Args:
        rows: of :func:`reliability`.
    """
    examples = sum(row["examples"] for row in rows)
    return float(
        sum(abs(row["right"] - row["confidence"] * row["examples"]) for row in rows) / examples
    )


def pooled(tables: list[Rows]) -> Rows:
    """The tables of several runs as one, bin by bin."""
    bins: dict[float, dict[str, Any]] = {}
    for row in (row for table in tables for row in table):
        known = bins.setdefault(row["low"], {**row, "examples": 0, "right": 0, "confidence": 0.0})
        total = known["examples"] + row["examples"]
        weighted = known["confidence"] * known["examples"] + row["confidence"] * row["examples"]
        known.update(
            examples=total, right=known["right"] + row["right"], confidence=weighted / total
        )
    return [bins[low] for low in sorted(bins)]


def mistakes(
    shares: npt.NDArray[np.float64], labels: npt.NDArray[Any], most: int
) -> list[tuple[int, int, int, float, float]]:
    """The wrong predictions with the highest confidence, the worst first.

    Args:
        shares: (examples, classes), each row sums to 1.
        labels: (examples,), class ids.
        most: how many to give at most.

    Returns:
        Tuples: the example's index, true class, predicted class, the predicted class's probability,
        the true class's probability.
    """
    predicted = shares.argmax(axis=1)
    confidence = shares.max(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    return [
        (
            int(i),
            int(labels[i]),
            int(predicted[i]),
            float(confidence[i]),
            float(shares[i, labels[i]]),
        )
        for i in worst
    ]
