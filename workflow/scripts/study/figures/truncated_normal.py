"""A histogram of the truncated normal distribution that some weights start from."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from study.figures import Picture, _style
from study.results import Results

NEEDS = ("draws",)
SECTION = "blocks"
TITLE = "Truncated normal distribution"
CAPTION = (
    "Draws of a normal distribution that is cut at two standard deviations (dashed), from which "
    "the initial weights of the deep CNN are drawn."
)
ORDER = 60


def pictures(results: Results) -> Iterator[Picture]:
    """One picture."""
    draws, stddev = results.draws()
    yield Picture(
        name="truncated_normal",
        draw=partial(draw, draws, stddev),
        alt="Histogram of a truncated normal distribution: a bell, cut off at two standard "
        "deviations.",
        note=f"{len(draws):,} draws, standard deviation {stddev:g}.",
    )


def draw(draws: npt.NDArray[np.float32], stddev: float) -> Figure:
    """A histogram with the two ends marked.

    Args:
        draws: float32 (draws,).
        stddev: of the normal distribution before it is cut.
    """
    drawing, axes = _style.figure(3.2)
    axes.hist(draws, bins=100, color=_style.colour(0))
    for end in (-2 * stddev, 2 * stddev):
        axes.axvline(end, color=_style.colour(1), lw=1, ls="dashed")
    axes.set(
        xlabel="Value (dashed: two standard deviations)",
        ylabel=f"Draws of {len(draws):,}",
        xlim=(-3 * stddev, 3 * stddev),
    )
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    return drawing
