"""Draw what the first four layers of a network make of one image."""

import math
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

LAYERS = 4


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """The maps of each layer in a grid of its own, on a scale of its own; darkest is zero."""
    layers = about["layers"][:LAYERS]
    rows = [math.ceil(layer["shape"][-1] / columns) for layer in layers]
    tile = min(0.8, style.WIDTH / columns)
    heights = [count * tile + 0.28 for count in rows]
    drawing, axes = style.figure(
        sum(heights) + 0.2, len(layers), 1, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    drawing.set_size_inches(max(4.2, columns * tile), sum(heights) + 0.2)
    for place, (panel, layer) in enumerate(zip(axes[:, 0], layers, strict=True)):
        style.show_maps(panel, arrays[f"maps_{place}"], columns)
        panel.set_title(illustrations.described(layer), fontsize=9)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
