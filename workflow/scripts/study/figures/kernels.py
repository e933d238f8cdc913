"""The kernels of the convolutions."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import show_maps
from study.figures._inside import STATE, Arrays, recorded_pictures
from study.results import Array, Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Kernels"
CAPTION = (
    "The weights of the convolutions' kernels, red above zero and blue below: what is multiplied "
    "with the image, not what comes out. Where a convolution has several inputs, each row is an "
    "input and each column an output. Later convolutions are shown where their kernels are few and "
    "large enough to see something in them."
)
ORDER = 30

MOST_KERNELS, SMALLEST = 128, 5
"""A convolution of several inputs is shown if it has no more kernels, and none smaller."""


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    yield from recorded_pictures(results, "kernels", draw, "Kernels", "kernels_", STATE)


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """One grid per convolution; with one input the kernels follow each other, `columns` per row."""
    titles: list[str] = []
    grids: list[tuple[Array, int]] = []
    for place, layer in enumerate(about["layers"]):
        if f"kernels_{place}" not in arrays:
            continue
        kernels = arrays[f"kernels_{place}"]
        height, width, inputs, outputs = kernels.shape
        if titles and (inputs * outputs > MOST_KERNELS or min(height, width) < SMALLEST):
            continue
        count = f"{inputs} × {outputs}" if inputs > 1 else f"{outputs}"
        titles.append(f"{layer['name']}: {count} kernels of {height} × {width}")
        across = kernels.shape[3] if inputs > 1 else min(columns, outputs)
        grids.append((kernels.reshape(height, width, -1), across))
    heights = [
        0.35 + min(_style.WIDTH / across, 0.6) * math.ceil(flat.shape[-1] / across)
        for flat, across in grids
    ]
    drawing, axes = _style.figure(
        sum(heights) + 0.3, len(grids), 1, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    for panel, title, (flat, across) in zip(axes[:, 0], titles, grids, strict=True):
        image = show_maps(panel, flat, across, signed=True)
        panel.set_title(title, fontsize=9)
        shrink = min(1.0, 1.6 / np.sqrt(len(grids)) + 0.3)
        bar = drawing.colorbar(image, ax=panel, shrink=shrink)
        bar.set_label("Weight", fontsize=9)
        bar.ax.tick_params(labelsize=8)
        panel.set_anchor("W")  # which the colour bar had changed
    return drawing
