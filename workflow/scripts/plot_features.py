"""Draw the features that a network's last layer classifies by."""

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """The features of one image as a line."""
    features = arrays["features"]
    drawing, axes = style.figure(2.6)
    axes.plot(features, color=style.colour(0), lw=0.7)
    axes.set(xlabel=f"Feature (of {len(features):,})", ylabel="Value after the activation")
    axes.margins(x=0.01)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
