"""Draw one image, and what the first convolution makes of it before its activation."""

import math
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """The image, and below it the maps: red is above zero, blue below, white zero."""
    maps = arrays["before_activation"]
    columns = min(columns, 8)
    rows = math.ceil(maps.shape[-1] / columns)
    heights = [1.6, rows * style.WIDTH / columns]
    drawing, axes = style.figure(sum(heights) + 0.6, 2, 1, gridspec_kw={"height_ratios": heights})
    illustrations.example(
        axes[0], arrays["image"], f"Test image {about['index']}, {about['class']}"
    )
    axes[0].set_anchor("W")
    image = style.show_maps(axes[1], maps, columns, signed=True)
    axes[1].set_title(f"{maps.shape[-1]} maps before the activation", fontsize=10)
    drawing.colorbar(image, ax=axes[1], location="right", shrink=0.8, label="Map's value")
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
