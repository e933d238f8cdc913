"""ReLU beside sigmoid, in the published ranges."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._functions import Functions, only_picture, zero_lines
from study.results import Results

NEEDS = ("functions",)
SECTION = "blocks"
TITLE = "ReLU and sigmoid"
CAPTION = (
    "ReLU and sigmoid on [-10, 10]. Relatives of ReLU let a little through below zero: leaky ReLU "
    "with a fixed slope, parametric ReLU with a learned one."
)
ORDER = 20

LIMITS = {"relu": (-1, 12), "sigmoid": (-0.2, 1.2)}


def pictures(results: Results) -> Iterator[Picture]:
    """One picture."""
    alt = "Line charts of ReLU and sigmoid on [-10, 10]."
    yield from only_picture(results, "relu_and_sigmoid", draw, alt, tuple(LIMITS))


def draw(functions: Functions) -> Figure:
    """Two panels."""
    drawing, axes = _style.figure(3.0, 1, 2)
    for place, (panel, name) in enumerate(zip(axes, LIMITS, strict=True)):
        zero_lines(panel)
        panel.plot(*functions[name], color=_style.colour(place), lw=1.8)
        panel.set(title=name, xlabel="x", ylabel=f"{name}(x)", xlim=(-10, 10), ylim=LIMITS[name])
    return drawing
