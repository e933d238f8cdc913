"""Draw a histogram of the truncated normal that some weights start from."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(draws: npt.NDArray[np.float32], stddev: float) -> Figure:
    """A histogram with the two ends, at two standard deviations, marked.

    Args:
        draws: float32 (draws,).
        stddev: of the normal distribution before it is cut.
    """
    drawing, axes = style.figure(3.2)
    axes.hist(draws, bins=100, color=style.colour(0))
    for end in (-2 * stddev, 2 * stddev):
        axes.axvline(end, color=style.colour(1), lw=1, ls="dashed")
    axes.set(
        xlabel="Value (dashed: two standard deviations)",
        ylabel=f"Draws of {len(draws):,}",
        xlim=(-3 * stddev, 3 * stddev),
    )
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        with np.load(snakemake.input.draws, allow_pickle=False) as stored:
            drawing = draw(stored["draws"], float(stored["stddev"]))
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
