"""Intervals: of a fraction, and for one more run."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def wilson(fractions: npt.ArrayLike, examples: npt.ArrayLike) -> tuple[Floats, Floats]:
    """The 95 % score interval of fractions (Wilson 1927), good near 0 and 1 too.

    Args:
        fractions: the fractions with a property, in [0, 1]; a mean over seeds is one fraction.
        examples: how many examples each is a fraction of; need not be whole.

    Returns:
        The lower and the upper ends, float64, in [0, 1]; NaN where a fraction is NaN or there is
        no example.
    """
    from statsmodels.stats.proportion import proportion_confint

    fraction, count = np.broadcast_arrays(
        np.asarray(fractions, np.float64), np.asarray(examples, np.float64)
    )
    low, high = np.full(fraction.shape, np.nan), np.full(fraction.shape, np.nan)
    known = np.isfinite(fraction) & (count > 0)
    if known.any():
        ends: Any = proportion_confint(
            fraction[known] * count[known], count[known], alpha=0.05, method="wilson"
        )
        low[known], high[known] = np.clip(ends[0], 0, 1), np.clip(ends[1], 0, 1)
    return low, high


def prediction(values: npt.ArrayLike, together: int = 1) -> tuple[float, float]:
    """Where one more value falls, with 95 % probability, if it is drawn as the others were.

    mean ± t sd sqrt(1 + 1/n), with t from Student's distribution of n - 1 degrees of freedom
    (Hahn and Meeker 1991, section 4.7); it supposes that the values are normally distributed.

    Args:
        values: at least two, finite.
        together: of how many such intervals all are to hold at once (Bonferroni).
    """
    from statsmodels.stats.weightstats import DescrStatsW

    known = np.asarray(values, np.float64)
    low, high = DescrStatsW(known).tconfint_mean(alpha=0.05 / together)  # mean ± t sd / √n
    half = (high - low) / 2 * np.sqrt(len(known) + 1)
    return float(known.mean() - half), float(known.mean() + half)
