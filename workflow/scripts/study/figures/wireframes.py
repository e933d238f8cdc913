"""An image and its first two feature maps as wireframes in three dimensions."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study.figures import Picture, _style
from study.figures._images import grey_of
from study.figures._inside import Arrays, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Wireframes"
CAPTION = (
    "One test image and its first two maps after the first convolution's activation, as wireframes."
)
ORDER = 50


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    alt = "Wireframes of an image and of two feature maps,"
    yield from recorded_pictures(results, "wireframes", draw, alt, "maps_0")


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """Three panels: the pixels, and the first convolution's first two maps."""
    maps = arrays["maps_0"]
    surfaces = [(f"Test image {about['index']}, {about['class']}", grey_of(arrays["image"]))]
    surfaces += [(f"Map {place}", maps[..., place]) for place in range(min(2, maps.shape[-1]))]
    drawing = Figure(figsize=(_style.WIDTH * 1.35, 3.5), layout="constrained")
    for place, (title, values) in enumerate(surfaces):
        axes: Any = drawing.add_subplot(1, len(surfaces), place + 1, projection="3d")
        rows, across = np.indices(values.shape)
        axes.plot_wireframe(across, rows, values, color=_style.colour(place), lw=0.5)
        axes.invert_yaxis()
        axes.view_init(elev=50, azim=-75)
        axes.set_title(title, fontsize=10, loc="center")
        axes.tick_params(labelsize=7, pad=-2)
        axes.zaxis.set_major_locator(MaxNLocator(4))
        axes.set_xlabel("column", fontsize=8, labelpad=-6)
        axes.set_ylabel("row", fontsize=8, labelpad=-2)
    return drawing
