"""Nine activation functions."""

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._functions import Functions, only_picture, zero_lines
from study.results import Results

NEEDS = ("functions",)
SECTION = "blocks"
TITLE = "Activation functions"
CAPTION = (
    "Nine activation functions as Keras computes them. Softmax is not a function of one number: "
    "its panel shows it for a vector of 201 numbers from -4 to 4."
)
ORDER = 10

NINE = (
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "selu",
    "elu",
    "exponential",
)
SHOWN = 4.0
"""Arguments are shown up to here, on either side of zero."""


def pictures(results: Results) -> Iterator[Picture]:
    """One picture."""
    alt = f"Line charts of nine activation functions: {', '.join(NINE)}."
    yield from only_picture(results, "activations", draw, alt, NINE)


def draw(functions: Functions) -> Figure:
    """Nine panels."""
    drawing, axes = _style.figure(6.4, 3, 3)
    for place, (panel, name) in enumerate(zip(axes.flat, NINE, strict=True)):
        x, y = functions[name]
        inside = np.abs(x) <= SHOWN
        zero_lines(panel)
        panel.plot(x[inside], y[inside], color=_style.colour(place), lw=1.8)
        panel.set_title(name)
        panel.tick_params(labelsize=8)
    return drawing
