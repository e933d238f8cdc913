"""Draw the activation functions: all nine, ReLU beside sigmoid, ReLU alone."""

import csv
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

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
"""The gallery shows arguments up to here, on either side of zero."""

Functions = dict[str, Any]


def gallery(functions: Functions) -> Figure:
    """Nine panels. Softmax maps a vector: its panel has one of 201 numbers, which add up to 1."""
    drawing, axes = style.figure(6.4, 3, 3)
    for position, (panel, name) in enumerate(zip(axes.flat, NINE, strict=True)):
        x, y = functions[name]
        inside = np.abs(x) <= SHOWN
        zero_lines(panel)
        panel.plot(x[inside], y[inside], color=style.colour(position), lw=1.8)
        panel.set_title(name)
        panel.tick_params(labelsize=8)
    return drawing


def relu_and_sigmoid(functions: Functions) -> Figure:
    """Both on [-10, 10], in the published ranges."""
    drawing, axes = style.figure(3.0, 1, 2)
    limits = {"relu": (-1, 12), "sigmoid": (-0.2, 1.2)}
    for position, (panel, name) in enumerate(zip(axes, limits, strict=True)):
        zero_lines(panel)
        panel.plot(*functions[name], color=style.colour(position), lw=1.8)
        panel.set(title=name, xlabel="x", ylabel=f"{name}(x)", xlim=(-10, 10), ylim=limits[name])
    return drawing


def relu(functions: Functions) -> Figure:
    """ReLU on [-2, 2]."""
    drawing, axes = style.figure(3.2)
    x, y = functions["relu"]
    inside = np.abs(x) <= 2
    zero_lines(axes)
    axes.plot(x[inside], y[inside], color=style.colour(0), lw=1.8)
    axes.set(xlabel="x", ylabel="relu(x) = max(0, x)")
    return drawing


def zero_lines(panel: Any) -> None:
    """The lines on which an argument or a value is zero."""
    panel.axhline(0, color="#888888", lw=0.8)
    panel.axvline(0, color="#888888", lw=0.8)


def read(file: str) -> Functions:
    """Arguments and values by name, as arrays."""
    points = defaultdict(list)
    with open(file, newline="", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            points[row["function"]].append((float(row["x"]), float(row["y"])))
    return {name: np.array(pairs).T for name, pairs in points.items()}


if __name__ == "__main__":
    with job(snakemake):
        functions = read(snakemake.input.functions)
        output = snakemake.output
        style.save(gallery(functions), [output.activations_svg, output.activations_png])
        drawing = relu_and_sigmoid(functions)
        style.save(drawing, [output.relu_and_sigmoid_svg, output.relu_and_sigmoid_png])
        style.save(relu(functions), [output.relu_svg, output.relu_png])
