"""Readable ticks."""

import math
from typing import Any

from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

FEWEST, MOST = 3, 6

ERROR_TICKS = (
    [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001],
    [percent / 100 for percent in range(1, 100)],
    [tenth / 1000 for tenth in range(1, 1000)],
)
"""Error rates at which the vertical axis may have its ticks, from coarse to fine."""

STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0))
"""Where within a decade ticks may be, from coarse to fine."""


def compact(value: float) -> str:
    """A number as a tick's label: 0.05, 300, 10k, 1.5M, 2G."""
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"


def log_ticks(axis: Any, low: float, high: float) -> None:
    """Ticks at round numbers of a logarithmic axis that shows low to high, both above 0."""
    for steps in STEPS:
        ticks = _ticks(steps, low, high)
        if len(ticks) >= FEWEST:
            break
    else:
        ticks = [tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high]
    ticks = ticks[:: -(-len(ticks) // MOST)] if ticks else ticks
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([compact(tick) for tick in ticks]))
    axis.set_minor_locator(NullLocator())


def _ticks(steps: tuple[float, ...], low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [float(f"{step:g}e{decade}") for decade in decades for step in steps]
    return [tick for tick in every if low <= tick <= high]


def error_axis(axes: Any, low: float, high: float) -> None:
    """A logarithmic vertical axis of the error whose ticks say accuracy in percent.

    Args:
        axes: of a figure of errors.
        low: the smallest error, which is at the top.
        high: the largest error.
    """
    levels = next(
        (level for level in ERROR_TICKS if sum(low < error < high for error in level) > 2),
        ERROR_TICKS[-1],
    )
    inside = [error for error in levels if low / 1.2 <= error <= high * 1.2]
    inside = inside[:: max(1, -(-len(inside) // 8))]
    axes.yaxis.set_major_locator(FixedLocator(inside))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FixedFormatter([f"{100 * (1 - error):g}" for error in inside]))
    axes.set_ylim(high * 1.2, low / 1.2)
