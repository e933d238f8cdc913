"""The first convolution's maps after 2 × 2 and after 4 × 4 max-pooling."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import show_maps
from study.figures._inside import Arrays, first_maps, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Max-pooling"
CAPTION = "The first convolution's maps after 2 × 2 and after 4 × 4 max-pooling."
ORDER = 60
PHOTOS = True


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    yield from recorded_pictures(results, "pooling", draw, "Max-pooled feature maps", "maps_0")


def max_pooled(maps: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.float32]:
    """The largest value of each size × size square of (height, width, maps); a rest is cut off."""
    height, width = maps.shape[0] // size, maps.shape[1] // size
    squares = maps[: height * size, : width * size].reshape(height, size, width, size, -1)
    pooled: npt.NDArray[np.float32] = squares.max(axis=(1, 3))
    return pooled


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """Two grids of the same maps."""
    maps, some = first_maps(arrays["maps_0"], columns)
    sizes = [size for size in (2, 4) if min(maps.shape[:2]) >= size]
    rows = math.ceil(maps.shape[-1] / columns)
    height = len(sizes) * (rows * _style.WIDTH / columns + 0.35)
    drawing, axes = _style.figure(height, len(sizes), 1, squeeze=False)
    for panel, size in zip(axes[:, 0], sizes, strict=True):
        pooled = max_pooled(maps, size)
        show_maps(panel, pooled, columns)
        shape = " × ".join(map(str, (*pooled.shape[:2], arrays["maps_0"].shape[-1])))
        panel.set_title(f"Pooled by {size} × {size}: {shape}{some}", fontsize=10)
    return drawing
