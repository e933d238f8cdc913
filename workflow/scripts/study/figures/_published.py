"""Published values, which are drawn as points over our curves."""

from typing import Any

from matplotlib.lines import Line2D

POINT: dict[str, Any] = {
    "ls": "",
    "marker": "D",
    "ms": 4.5,
    "mfc": "white",
    "mec": "black",
    "mew": 1.0,
}
"""How a published value looks: a white diamond with a black edge, whatever the variant."""


def handle() -> Line2D:
    """The legend's entry."""
    return Line2D([], [], label="published", **POINT)
