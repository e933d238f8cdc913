"""How every figure looks: fonts, sizes, colours, files. matplotlib without pyplot starts fast."""

from collections.abc import Sequence
from typing import Any

import matplotlib
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


def save(drawing: Figure, files: Sequence[str]) -> None:
    """Write a figure to SVG and PNG files (200 dots an inch); equal figures give equal files."""
    for file in files:
        metadata = {"Date": None} if file.endswith(".svg") else {"Software": None}
        with atomic(file) as temporary:
            drawing.savefig(temporary, dpi=200, metadata=metadata)
