"""How well a classifier's confidence agrees with its accuracy, and how it can agree better."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 15
"""As many bins of equal width as in Guo et al. (2017), On calibration of modern neural networks."""


@dataclass(frozen=True)
class Reliability:
    """Examples grouped by confidence; one entry per bin that has examples.

    Attributes:
        low, high: the ends of the bins, float64 (bins,).
        examples: how many examples each has, int64 (bins,), at least 1.
        correct: how many of them are predicted correctly, int64 (bins,).
        confidence: their mean confidence, float64 (bins,).
    """

    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    examples: npt.NDArray[np.int64]
    correct: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]

    @property
    def expected_calibration_error(self) -> float:
        """The mean distance of accuracy and confidence, each bin weighted by its examples.

        Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using
        Bayesian binning; 0 is perfect, 1 the worst.
        """
        distances = np.abs(self.correct - self.confidence * self.examples)
        return float(distances.sum() / self.examples.sum())


def temperature(
    logits: npt.NDArray[np.floating[Any]], labels: npt.NDArray[np.integer[Any]]
) -> float:
    """The number by which to divide logits so that their cross-entropy is lowest.

    Temperature scaling (Guo et al. 2017): it changes confidences and no prediction. The
    cross-entropy is convex in the inverse of the temperature, which is looked for from 0.01 to 100.

    Args:
        logits: of images that were not trained on, (examples, classes).
        labels: their class ids, (examples,).
    """
    from scipy.optimize import minimize_scalar

    # The largest logit of an example is subtracted once, and classes come first, so that sums run
    # over whole rows: half of the time of `cross_entropies`, or less.
    shifted = np.ascontiguousarray(logits.T, np.float64)
    shifted -= shifted.max(axis=0)
    true = shifted[labels, np.arange(len(labels))].mean()

    def loss(logarithm: float) -> float:
        inverse = np.exp(-logarithm)
        return float(np.log(np.exp(shifted * inverse).sum(axis=0)).mean() - true * inverse)

    ends = np.log(0.01), np.log(100)
    found: Any = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def reliability(
    confidences: npt.NDArray[np.float64], correct: npt.NDArray[Any], bins: int = BINS
) -> Reliability:
    """Group examples by confidence into bins of equal width, the upper end of each included.

    Args:
        confidences: the probability that each example's predicted class was given, in [0, 1].
        correct: whether each prediction is correct.
        bins: number of bins; those without examples are left out.
    """
    place = np.clip(np.ceil(confidences * bins).astype(np.int64) - 1, 0, bins - 1)
    examples = np.bincount(place, minlength=bins)
    hits = np.bincount(place[correct], minlength=bins)
    sums = np.bincount(place, weights=confidences, minlength=bins)
    used = np.flatnonzero(examples)
    return Reliability(
        low=used / bins,
        high=(used + 1) / bins,
        examples=examples[used],
        correct=hits[used],
        confidence=sums[used] / examples[used],
    )
