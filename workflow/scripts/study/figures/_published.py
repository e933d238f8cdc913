"""Published values, which are drawn as points over our curves."""

from typing import Any

import pandas as pd
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


def values(
    scorecard: pd.DataFrame, experiment: str, variant: str, measure: str, column: str = ""
) -> list[float]:
    """The published values of a claim that this study's data can be compared with.

    Args:
        scorecard: the table of that name.
        experiment: of the claim.
        variant: of the claim. A claim that names none is about the variant `default`.
        measure: of the claim.
        column: of the histories, for measures that have one.

    Returns:
        The first such claim's values; empty if there is none.
    """
    own = scorecard[
        (scorecard["experiment"] == experiment)
        & (scorecard["variant"].replace("", "default") == variant)
        & (scorecard["measure"] == measure)
        & (scorecard["reproduced"] != "not comparable")
    ]
    if column:
        own = own[own["column"] == column] if "column" in own else own[:0]
    return [float(value) for value in own["published"].iloc[0].split()] if len(own) else []


def handle() -> Line2D:
    """The legend's entry."""
    return Line2D([], [], label="published", **POINT)
