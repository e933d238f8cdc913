"""One image, and what the first convolution makes of it before its activation."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import show_example, show_maps
from study.figures._inside import Arrays, first_maps, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "First convolution"
CAPTION = (
    "One test image, and what the first convolution makes of it before its activation: red above "
    "zero, blue below, white zero."
)
ORDER = 10
PHOTOS = True


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    alt = "One image and the maps of the first convolution before its activation,"
    yield from recorded_pictures(results, "first_convolution", draw, alt, "before_activation")


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """The image, and below it the maps."""
    columns = min(columns, 8)
    every = arrays["before_activation"]
    maps, some = first_maps(every, columns)
    rows = math.ceil(maps.shape[-1] / columns)
    heights = [1.6, rows * _style.WIDTH / columns]
    drawing, axes = _style.figure(sum(heights) + 0.6, 2, 1, gridspec_kw={"height_ratios": heights})
    show_example(axes[0], arrays["image"], f"Test image {about['index']}, {about['class']}")
    axes[0].set_anchor("W")
    image = show_maps(axes[1], maps, columns, signed=True)
    axes[1].set_title(f"{every.shape[-1]} maps before the activation{some}", fontsize=10)
    drawing.colorbar(image, ax=axes[1], location="right", shrink=0.8, label="Map's value")
    return drawing
