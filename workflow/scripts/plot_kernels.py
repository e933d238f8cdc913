"""Draw the kernels that the convolutions have learned."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """A grid a convolution: red above zero, blue below; if it has several inputs, a row an input.

    With one input the kernels follow each other, `columns` a row.
    """
    found = {
        layer["name"]: arrays[f"kernels_{place}"]
        for place, layer in enumerate(about["layers"])
        if f"kernels_{place}" in arrays
    }
    grids = {}
    for name, kernels in found.items():
        height, width, inputs, outputs = kernels.shape
        flat = kernels.transpose(0, 1, 2, 3).reshape(height, width, inputs * outputs)
        grids[name] = (flat, outputs if inputs > 1 else min(columns, outputs))
    heights = [
        0.35 + min(style.WIDTH / across, 0.6) * math.ceil(flat.shape[-1] / across)
        for flat, across in grids.values()
    ]
    drawing, axes = style.figure(
        sum(heights) + 0.3, len(grids), 1, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    for panel, (name, (flat, across)) in zip(axes[:, 0], grids.items(), strict=True):
        image = style.show_maps(panel, flat, across, signed=True)
        height, width, inputs, outputs = found[name].shape
        panel.set_title(f"{name}: {inputs} × {outputs} kernels of {height} × {width}", fontsize=9)
        drawing.colorbar(image, ax=panel, shrink=min(1.0, 1.6 / np.sqrt(len(flat)) + 0.3))
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
