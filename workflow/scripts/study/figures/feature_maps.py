"""What the first four layers of a network make of one image."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import show_example, show_maps
from study.figures._inside import Arrays, described, first_maps, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Feature maps"
CAPTION = (
    "One test image, and what the first four layers make of it. Each layer has a colour scale of "
    "its own; the darkest colour is zero."
)
ORDER = 20
PHOTOS = True

LAYERS = 4


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    yield from recorded_pictures(results, "feature_maps", draw, "Feature maps", "maps_0")


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """The image, and the maps of each layer in a grid of its own, on a scale of its own."""
    layers = about["layers"][:LAYERS]
    shown = [first_maps(arrays[f"maps_{place}"], columns) for place in range(len(layers))]
    tile = min(0.8, _style.WIDTH / columns)
    heights = [1.4] + [math.ceil(maps.shape[-1] / columns) * tile + 0.28 for maps, _ in shown]
    drawing, axes = _style.figure(
        sum(heights) + 0.2, len(heights), 1, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    drawing.set_size_inches(max(4.2, columns * tile), sum(heights) + 0.2)
    show_example(axes[0, 0], arrays["image"], f"Test image {about['index']}, {about['class']}")
    axes[0, 0].set_anchor("W")
    for panel, layer, (maps, some) in zip(axes[1:, 0], layers, shown, strict=True):
        show_maps(panel, maps, columns)
        panel.set_title(described(layer) + some, fontsize=9)
        panel.set_anchor("W")
    return drawing
