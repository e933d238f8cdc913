"""Images and maps in a grid."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def mosaic(
    images: npt.NDArray[Any], columns: int, gap: int = 1, label_height: int = 0
) -> npt.NDArray[np.float64]:
    """Images side by side, row by row, as one; between and below them NaN.

    Args:
        images: (images, height, width) or (images, height, width, 3).
        columns: images per row.
        gap: pixels between two images.
        label_height: pixels left free above each image.

    Returns:
        float64 (rows * (label_height + height + gap) - gap, columns * (width + gap) - gap[, 3]).
    """
    count, height, width, *channels = images.shape
    rows = math.ceil(count / columns)
    pitch = label_height + height + gap
    canvas = np.full((rows * pitch - gap, columns * (width + gap) - gap, *channels), np.nan)
    for index, image in enumerate(images):
        top, left = index // columns * pitch + label_height, index % columns * (width + gap)
        canvas[top : top + height, left : left + width] = image
    return canvas


def show_examples(
    axes: Any, images: npt.NDArray[np.uint8], labels: Sequence[str], columns: int, size: float = 8
) -> None:
    """Draw images in a grid, dark on light if they are grey, each under its label.

    Args:
        axes: where to draw.
        images: uint8 (examples, height, width, 1 or 3).
        labels: the text above each; it may have several lines.
        columns: examples per row.
        size: the labels' size in points.
    """
    height, width = images.shape[1:3]
    gap = round(width / 7)
    lines = max((label.count("\n") + 1 for label in labels), default=1)
    pixels_per_point = columns * (width + gap) / (axes.figure.get_figwidth() * 72)
    above = round((lines * 1.15 + 0.3) * size * pixels_per_point)
    grey = images.shape[-1] == 1
    canvas = mosaic(images[..., 0] if grey else images, columns, gap, above)
    canvas = np.nan_to_num(canvas, nan=0 if grey else 255)
    shown = canvas if grey else canvas.astype(np.uint8)
    axes.imshow(shown, cmap="gray_r", vmin=0, vmax=255, interpolation="none")
    axes.axis("off")
    for index, label in enumerate(labels):
        x = index % columns * (width + gap) + width / 2
        y = index // columns * (above + height + gap) + above - 0.03 * height
        axes.text(x, y, label, ha="center", va="bottom", fontsize=size, linespacing=1.05)


def show_maps(
    axes: Any, maps: npt.NDArray[np.floating[Any]], columns: int, signed: bool = False
) -> Any:
    """Draw maps of one layer in a grid on one scale, and give the image for a colour bar.

    Args:
        axes: where to draw.
        maps: (height, width, maps).
        columns: maps per row.
        signed: whether values below zero matter; then white is zero.
    """
    canvas = mosaic(np.moveaxis(maps, -1, 0), columns, gap=max(1, maps.shape[1] // 14))
    largest = float(np.abs(maps).max()) or 1.0
    axes.axis("off")
    scale: dict[str, Any] = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest}
    if not signed:
        scale = {"cmap": "viridis", "vmin": min(0.0, float(maps.min())), "vmax": largest}
    return axes.imshow(canvas, interpolation="none", **scale)


def show_example(axes: Any, image: npt.NDArray[np.float32], title: str) -> None:
    """Draw one image, float32 (height, width, 1 or 3) in [0, 1], dark on light if it is grey."""
    grey = image.shape[-1] == 1
    axes.imshow(
        image[..., 0] if grey else image, cmap="gray_r", vmin=0, vmax=1, interpolation="none"
    )
    axes.set_title(title, fontsize=10)
    axes.axis("off")


def grey_of(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """An image (height, width, channels) as one channel, the mean of all: (height, width)."""
    mean: npt.NDArray[np.float32] = image.mean(axis=-1)
    return mean
