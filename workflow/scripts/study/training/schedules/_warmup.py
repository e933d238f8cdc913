"""Linear warm-up, and what schedules with it share."""

import math

import numpy as np
import numpy.typing as npt


def length(fraction: float, total: int) -> int:
    """A fraction of the run in steps, rounded up; errors of float arithmetic are rounded away."""
    return math.ceil(round(fraction * total, 6))


def progress(steps: npt.NDArray[np.int64], total: int, warmup: float) -> npt.NDArray[np.float64]:
    """The fraction of the time after warm-up that lies before each step.

    Args:
        steps: numbers of steps, int64 (steps,).
        total: the number of steps of the whole run.
        warmup: a fraction of the run.

    Returns:
        0 for the first step after warm-up and for those before it, and below 1 for all steps of the
        run: float64 (steps,). Step `total`, which is not a part of the run, would have 1.
    """
    begin = length(warmup, total)
    return np.maximum(steps - begin, 0) / max(total - begin, 1)


def warmed(
    factors: npt.NDArray[np.float64],
    steps: npt.NDArray[np.int64],
    total: int,
    warmup: float,
) -> npt.NDArray[np.float64]:
    """Factors of the learning rate that rise linearly to 1 during warm-up.

    With `n` steps of warm-up, step `s < n` gets (s + 1) / n: the first step moves, and the last of
    them has the full rate.

    Args:
        factors: those without warm-up, float64 (steps,).
        steps: the numbers of their steps, int64 (steps,).
        total: the number of steps of the whole run.
        warmup: a fraction of the run.

    Returns:
        `factors`, with others for the steps of warm-up: float64 (steps,).
    """
    end = length(warmup, total)
    return np.where(steps < end, (steps + 1) / max(end, 1), factors)
