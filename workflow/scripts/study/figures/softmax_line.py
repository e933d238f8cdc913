"""Softmax over a line of 201 numbers."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._functions import Functions, only_picture
from study.results import Results

NEEDS = ("functions",)
SECTION = "blocks"
TITLE = "Softmax of a line"
CAPTION = (
    "Softmax of a vector of 201 numbers from -4 to 4: the larger an element, the more of the sum "
    "of 1 it gets."
)
ORDER = 40


def pictures(results: Results) -> Iterator[Picture]:
    """One picture."""
    alt = "Line chart of the softmax of 201 numbers from -4 to 4: it grows exponentially."
    yield from only_picture(results, "softmax_line", draw, alt, ("softmax",))


def draw(functions: Functions) -> Figure:
    """One panel."""
    drawing, axes = _style.figure(3.2)
    axes.plot(*functions["softmax"], color=_style.colour(0), lw=1.8)
    axes.set(xlabel="Element of the vector", ylabel="Softmax (sums to 1)")
    return drawing
