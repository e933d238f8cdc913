"""Draw a sweep: a heat map over two axes, and what each axis does by itself."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

MOST_NUMBERS = 200
"""A heat map with more cells than this has no numbers in them."""

MOST_ROWS = 30
"""A heat map with more rows than this is no higher, and labels but some of them."""

Rows = Sequence[dict[str, str]]


def draw(variants: Rows, axes: list[str]) -> Figure:
    """A heat map of mean test accuracy, if there are two axes, over a panel for each axis.

    Args:
        variants: rows of the table of variants; see `summarise_sweep.py`.
        axes: of the sweep, as dotted paths of the config.
    """
    values = {axis: in_order([row[axis] for row in variants]) for axis in axes}
    largest = sorted(axes, key=lambda axis: -len(values[axis]))
    pair = [axis for axis in largest if len(values[axis]) > 1][:2]
    rows = min(len(values[pair[0]]), MOST_ROWS) if len(pair) == 2 else 0
    height = max(2.6, 1.2 + 0.32 * rows) if rows else 0
    drawing = Figure(figsize=(style.WIDTH, height + 2.6), layout="constrained")
    lower: Any = drawing
    if height:
        halves: Any = drawing.subfigures(2, 1, height_ratios=[height, 2.6])
        upper, lower = halves
        heat_map(upper, variants, pair[0], pair[1], values)
    panels = lower.subplots(1, len(axes), sharey=True, squeeze=False)[0]
    for panel, axis in zip(panels, axes, strict=True):
        along(panel, variants, axis, values[axis])
    panels[0].set_ylabel("Test accuracy (%)")
    return drawing


def heat_map(
    figure: Any, variants: Rows, down: str, across: str, values: dict[str, list[str]]
) -> None:
    """Mean test accuracy, in percent, over all other axes and seeds."""
    found = defaultdict(list)
    for row in variants:
        found[row[down], row[across]].append(100 * float(row["accuracy"]))
    cells = np.array(
        [[np.mean(found.get((i, j), [np.nan])) for j in values[across]] for i in values[down]]
    )
    panel = figure.subplots()
    image = panel.imshow(cells, cmap="cividis", aspect="auto")
    panel.grid(visible=False)
    middle = (np.nanmin(cells) + np.nanmax(cells)) / 2
    if cells.size <= MOST_NUMBERS:
        for (row, column), value in np.ndenumerate(cells):
            colour = "black" if value > middle else "white"
            panel.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=7,
                       color=colour)  # fmt: skip
    for set_ticks, labels, most in (
        (panel.set_xticks, values[across], 20),
        (panel.set_yticks, values[down], MOST_ROWS),
    ):
        step = -(-len(labels) // most)
        set_ticks(range(0, len(labels), step), labels[::step], fontsize=9)
    panel.set(xlabel=words(across), ylabel=words(down))
    figure.colorbar(image, ax=panel, label="Mean test accuracy (%)")


def along(panel: Any, variants: Rows, axis: str, values: list[str]) -> None:
    """The mean over all variants with a value of one axis; the bar is their middle 80 %."""
    found = defaultdict(list)
    for row in variants:
        found[row[axis]].append(100 * float(row["accuracy"]))
    means = np.array([np.mean(found[value]) for value in values])
    low, high = np.array([np.percentile(found[value], [10, 90]) for value in values]).T
    ends = np.array([means - low, high - means]).clip(0)
    panel.errorbar(range(len(values)), means, ends, fmt="o-", ms=4, lw=1, color=style.colour(0))
    step = -(-len(values) // 10)
    panel.set_xticks(range(0, len(values), step), values[::step], fontsize=8)
    panel.set_xlabel(words(axis))


def in_order(values: list[str]) -> list[str]:
    """Distinct values, by their numbers; as they come where they are not numbers."""
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct, key=float)
    except ValueError:
        return distinct


def words(axis: str) -> str:
    """An axis' dotted path as words."""
    return style.short(axis.rpartition(".")[2])


if __name__ == "__main__":
    with job(snakemake):
        with open(snakemake.input.variants, newline="", encoding="utf-8") as file:
            drawing = draw(list(csv.DictReader(file)), snakemake.params.axes)
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
