"""What the figures of functions have in common."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from matplotlib.figure import Figure

from study.figures import Picture
from study.results import Array, Results

Functions = dict[str, tuple[Array, Array]]
"""Arguments and values of functions by name."""


def only_picture(
    results: Results,
    name: str,
    draw: Callable[[Functions], Figure],
    alt: str,
    needed: tuple[str, ...],
) -> Iterator[Picture]:
    """The one picture of a figure of functions, if all that it needs are tabulated.

    Args:
        results: with the table of functions.
        name: of the picture.
        draw: the figure of the functions.
        alt: see :class:`study.figures.Picture`.
        needed: names of functions.
    """
    functions = results.functions()
    if set(needed) <= set(functions):
        yield Picture(name=name, draw=partial(draw, functions), alt=alt)


def zero_lines(panel: Any) -> None:
    """The lines on which an argument or a value is zero."""
    panel.axhline(0, color="#888888", lw=0.8)
    panel.axvline(0, color="#888888", lw=0.8)
