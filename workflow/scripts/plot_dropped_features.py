"""Draw the features that a network's last layer classifies by, under dropout."""

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """A panel a share that is kept; what is kept is divided by that share."""
    keep = about["keep"]
    drawing, axes = style.figure(1.5 * len(keep), len(keep), 1, sharex=True, sharey=True)
    for place, (panel, share) in enumerate(zip(axes, keep, strict=True)):
        values = arrays[f"dropped_{place}"]
        panel.plot(values, color=style.colour(place), lw=0.7)
        kept = (values != 0).sum() / max(1, (arrays["features"] != 0).sum())
        panel.set_title(f"keep {share:g} (of the features above zero, {100 * kept:.0f} % are left)")
        panel.title.set_fontsize(9)
        panel.margins(x=0.01)
    axes[-1].set_xlabel("Feature")
    drawing.supylabel("Value, divided by the share that is kept", fontsize=10)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
