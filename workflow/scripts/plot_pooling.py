"""Draw the first convolution's maps after 2x2 and after 4x4 max-pooling."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def max_pooled(maps: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.float32]:
    """The largest value of each size x size square of (height, width, maps); a rest is cut off."""
    height, width = maps.shape[0] // size, maps.shape[1] // size
    squares = maps[: height * size, : width * size].reshape(height, size, width, size, -1)
    pooled: npt.NDArray[np.float32] = squares.max(axis=(1, 3))
    return pooled


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """Two grids of the same maps."""
    maps = arrays["maps_0"]
    rows = math.ceil(maps.shape[-1] / columns)
    drawing, axes = style.figure(2 * (rows * style.WIDTH / columns + 0.35), 2, 1)
    for panel, size in zip(axes, (2, 4), strict=True):
        pooled = max_pooled(maps, size)
        style.show_maps(panel, pooled, columns)
        height, width, count = pooled.shape
        panel.set_title(f"Pooled by {size} × {size}: {height} × {width} × {count}", fontsize=10)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
