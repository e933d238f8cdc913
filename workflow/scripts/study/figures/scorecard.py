"""Published numbers on our distributions: one row per claim, the largest difference first."""

import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.figures import Picture, _published, _style
from study.results import Array, Results

NEEDS = ("scorecard",)
SECTION = "scorecard"
TITLE = "Published and reproduced values"
CAPTION = (
    "How far each published number is from ours, in halves of the grey bar, the largest difference "
    "first. A diamond within the bar, from -1 to 1, counts as reproduced. The bar is where one "
    "more seed would fall with a probability of 95 %, or the claim's tolerance, if it has one or "
    "there is a single seed. The dark bar is one standard deviation over seeds. A claim of several "
    "numbers has a diamond for each. Claims of an order or a limit have no bar; they are in the "
    "table only."
)

FARTHEST = 3.4
"""What is farther off is drawn at the edge, as a triangle, with its distance."""

LINE = 46
"""Characters per line of a claim's label."""


class Claim(NamedTuple):
    """A claim that a number was published for.

    Attributes:
        label: the claim in words.
        reproduced: whether it is.
        distances: of each published value from ours, in halves of the interval.
        deviation: the standard deviation over seeds of the value that is farthest off, likewise.
    """

    label: str
    reproduced: bool
    distances: Array
    deviation: float


def pictures(results: Results) -> Iterator[Picture]:
    """One picture, if a claim has an interval."""
    claims = measured(results.table("scorecard"))
    if claims:
        outside = sum(not claim.reproduced for claim in claims)
        far = f"{outside} {'is' if outside == 1 else 'are'} too far"
        yield Picture(
            name="scorecard",
            draw=lambda: draw(claims),
            alt=f"Dot chart of published numbers, claims: {len(claims)}; how far each number is "
            f"from ours; {far}. The values are in tables/scorecard.csv.",
        )


def measured(scorecard: pd.DataFrame) -> list[Claim]:
    """The judged claims that have an interval, the largest difference first; no checks."""
    claims = []
    for row in scorecard.to_dict("records"):
        if row["check"] or row["reproduced"] not in ("yes", "no") or not row["interval_low"]:
            continue
        low, high, ours, published = (
            np.array([float(value) for value in str(row[column]).split()])
            for column in ("interval_low", "interval_high", "ours", "published")
        )
        half = (high - low) / 2
        if not half.any() and row["rule"] != "prediction":
            continue  # exact: there is nothing to see
        reproduced = row["reproduced"] == "yes"
        distances = np.divide(
            published - ours, half,
            out=np.full(len(half), 0.0 if reproduced else np.inf), where=half > 0,
        )  # fmt: skip
        worst = int(np.abs(distances).argmax())
        deviations = [float(value) for value in str(row["deviation"]).split()]
        deviation = deviations[worst] / half[worst] if deviations and half[worst] > 0 else 0.0
        label = f"{row['tutorial']}: {row['claim'].partition(' (')[0]}"
        claims.append(Claim(label, reproduced, distances, deviation))
    return sorted(claims, key=lambda claim: -np.abs(claim.distances).max())


def draw(claims: list[Claim]) -> Figure:
    """One row per claim."""
    labels = [textwrap.fill(claim.label, LINE) for claim in claims]
    lines = [label.count("\n") + 1 for label in labels]
    tops = np.cumsum([0, *(0.4 + 0.75 * count for count in lines)])
    places = -(tops[:-1] + tops[1:]) / 2
    drawing, axes = _style.figure(0.9 + 0.2 * tops[-1])
    colours = {True: _style.colour(2), False: _style.colour(1)}
    for claim, y in zip(claims, places, strict=True):
        axes.plot([-1, 1], [y, y], color="#D4D9DF", lw=9, solid_capstyle="butt", zorder=1)
        axes.plot([-claim.deviation, claim.deviation], [y, y], color="#8A94A0", lw=3.5,
                  solid_capstyle="butt", zorder=2)  # fmt: skip
        for distance in claim.distances:
            _mark(axes, float(distance), y, colours[claim.reproduced])
    axes.axvline(0, color=_style.GREY, lw=0.8, zorder=0)
    axes.set_yticks(places, labels, fontsize=8.5)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-tops[-1], 0)
    axes.set_xlim(-FARTHEST - 0.3, FARTHEST + 0.3)
    axes.set_xticks(range(-3, 4))
    axes.set_xlabel("Published minus ours, in halves of the interval")
    axes.grid(visible=False, axis="y")
    words = {True: "reproduced", False: "not reproduced"}
    there = [state for state in (True, False) if any(c.reproduced == state for c in claims)]
    style = {**_published.POINT, "ms": 6}
    handles = [Line2D([], [], label=words[s], **{**style, "mfc": colours[s]}) for s in there]
    handles += [
        Line2D([], [], color="#D4D9DF", lw=8, label="interval"),
        Line2D([], [], color="#8A94A0", lw=3.5, label="± sd over seeds"),
    ]
    _style.legend_above(drawing, handles, size=9)
    return drawing


def _mark(axes: Any, distance: float, y: float, colour: str) -> None:
    if abs(distance) <= FARTHEST:
        axes.plot(distance, y, zorder=3, **{**_published.POINT, "ms": 6, "mfc": colour})
        return
    side = np.sign(distance)
    marker = ">" if side > 0 else "<"
    axes.plot(side * FARTHEST, y, marker, ms=6, mfc=colour, mec="black", mew=1.0, zorder=3)
    if np.isfinite(distance):
        axes.annotate(f"{distance:.1f}", (side * FARTHEST, y), xytext=(-side * 7, 0), fontsize=8,
                      textcoords="offset points", ha="right" if side > 0 else "left",
                      va="center")  # fmt: skip
