"""Draw an image and its first two feature maps as wireframes in three dimensions."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """Three panels: the pixels, and the first convolution's first two maps after its activation."""
    maps = arrays["maps_0"]
    surfaces = [(f"Test image {about['index']}, {about['class']}", arrays["image"][..., 0])]
    surfaces += [(f"Map {place}", maps[..., place]) for place in range(min(2, maps.shape[-1]))]
    drawing = Figure(figsize=(style.WIDTH * 1.35, 3.5), layout="constrained")
    for place, (title, values) in enumerate(surfaces):
        axes: Any = drawing.add_subplot(1, len(surfaces), place + 1, projection="3d")
        rows, across = np.indices(values.shape)
        axes.plot_wireframe(across, rows, values, color=style.colour(place), lw=0.5)
        axes.invert_yaxis()
        axes.view_init(elev=50, azim=-75)
        axes.set_title(title, fontsize=10, loc="center")
        axes.tick_params(labelsize=7, pad=-2)
        axes.set_xlabel("column", fontsize=8, labelpad=-6)
        axes.set_ylabel("row", fontsize=8, labelpad=-2)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
