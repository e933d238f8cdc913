"""ReLU alone."""

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._functions import Functions, only_picture, zero_lines
from study.results import Results

NEEDS = ("functions",)
SECTION = "blocks"
TITLE = "ReLU"
CAPTION = "ReLU on [-2, 2]."
ORDER = 30


def pictures(results: Results) -> Iterator[Picture]:
    """One picture."""
    alt = "Line chart of ReLU: zero below zero, and the argument itself above."
    yield from only_picture(results, "relu", draw, alt, ("relu",))


def draw(functions: Functions) -> Figure:
    """One panel."""
    drawing, axes = _style.figure(3.2)
    x, y = functions["relu"]
    inside = np.abs(x) <= 2
    zero_lines(axes)
    axes.plot(x[inside], y[inside], color=_style.colour(0), lw=1.8)
    axes.set(xlabel="x", ylabel="relu(x) = max(0, x)")
    return drawing
