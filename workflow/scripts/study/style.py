"""How every figure looks: fonts, sizes, colours, files. matplotlib without pyplot starts fast."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study.files import atomic

# Okabe and Ito (2008), distinguishable with all common kinds of colour blindness, and two more.
PALETTE = [
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#8C8C00",
    "#000000",
    "#882255",
    "#999999",
]
WIDTH = 7.2
"""Inches; the text stays readable when a figure is shown at half of its width."""

matplotlib.rcParams.update(
    {
        "font.size": 11,
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#DDDDDD",
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "figure.constrained_layout.w_pad": 0.08,
        "figure.constrained_layout.h_pad": 0.08,
        "svg.hashsalt": "softmax2cnn",
        "svg.fonttype": "path",
    }
)


def colour(position: int) -> str:
    """The colour of the variant at a position in its experiment, the same in every figure."""
    return PALETTE[position % len(PALETTE)]


def figure(height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure of the standard width with axes, laid out so that nothing overlaps."""
    drawing = Figure(figsize=(WIDTH, height), layout="constrained")
    return drawing, drawing.subplots(rows, columns, **options)


def short(experiment: str) -> str:
    """An experiment's or variant's name as words."""
    return experiment.replace("_", " ")


def positions(variants: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], int]:
    """The place of each (experiment, variant) in its experiment, from which its colour follows."""
    return {(e, v): i for e, names in variants.items() for i, v in enumerate(names)}


def mosaic(
    images: npt.NDArray[Any], columns: int, gap: int = 1, label_height: int = 0
) -> npt.NDArray[np.float64]:
    """Images side by side, row by row, as one; between and below them NaN.

    Args:
        images: (images, height, width) or (images, height, width, 3).
        columns: images a row.
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
        columns: examples a row.
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
        columns: maps a row.
        signed: whether values below zero matter; then white is zero.
    """
    canvas = mosaic(np.moveaxis(maps, -1, 0), columns, gap=max(1, maps.shape[1] // 14))
    largest = float(np.abs(maps).max()) or 1.0
    axes.axis("off")
    scale: dict[str, Any] = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest}
    if not signed:
        scale = {"cmap": "viridis", "vmin": min(0.0, float(maps.min())), "vmax": largest}
    return axes.imshow(canvas, interpolation="none", **scale)


def save(drawing: Figure, files: Sequence[str | Path]) -> None:
    """Write a figure to SVG and PNG files (200 dots an inch); equal figures give equal files."""
    for file in map(Path, files):
        metadata = {"Date": None} if file.suffix == ".svg" else {"Software": None}
        with atomic(file) as temporary:
            drawing.savefig(temporary, dpi=200, metadata=metadata)


def save_both(drawing: Figure, stem: str | Path) -> None:
    """Write a figure to `<stem>.svg` and `<stem>.png`."""
    save(drawing, [f"{stem}.svg", f"{stem}.png"])
