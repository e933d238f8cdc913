"""A sweep: a heat map over two axes, and what each axis does by itself."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from study import tables
from study.figures import Picture, _style
from study.results import Results
from study.words import listed, spaced

NEEDS = ("sweeps",)
SECTION = "sweeps"
TITLE = "Accuracy over the grid"
CAPTION = (
    "Mean test accuracy. Above, where the sweep has two axes or more: over the two with most "
    "values, the mean over the others. Below: along each axis, the mean of all variants with a "
    "value; the bar spans their middle 80 %. The highest of many test accuracies is biased "
    "upwards: to choose a variant, look at last_val_accuracy, and test the choice once."
)
ORDER = 10

MOST_NUMBERS = 200
"""A heat map with more cells than this has no numbers in them."""

MOST_ROWS = 30
"""A heat map with more rows than this is no higher, and labels only some of them."""

MOST_PANELS = 3
"""Axes in one row of panels."""

LOWER = 2.6
"""Inches of one row of panels."""


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per sweep that has a finished run."""
    for name, table in results.sweeps().items():
        variants = table.dropna(subset="accuracy")
        axes = tables.axes(variants)
        if variants.empty or not axes:
            continue
        best = variants.iloc[int(variants["accuracy"].argmax())]
        at = ", ".join(f"{words(axis)} {text(best[axis])}" for axis in axes)
        yield Picture(
            name=name,
            draw=partial(draw, variants, axes),
            alt=f"Mean test accuracy of the sweep {spaced(name)} over "
            f"{listed([words(axis) for axis in axes])}. The highest is {best['accuracy']:.4f}, "
            f"at {at}. The values are in sweeps/{name}/variants.csv.",
            about={"sweep": name},
            size="broad",
        )


def draw(variants: pd.DataFrame, axes: Sequence[str]) -> Figure:
    """A heat map of mean test accuracy, if there are two axes, over a panel for each axis.

    Args:
        variants: rows of a sweep's table of variants.
        axes: the columns that the sweep varies.
    """
    points = pd.DataFrame({axis: [text(value) for value in variants[axis]] for axis in axes})
    points["accuracy"] = 100 * variants["accuracy"].to_numpy(float)
    values = {axis: tables.in_order(points[axis]) for axis in axes}
    pair = [axis for axis in axes if len(values[axis]) > 1]
    pair = sorted(pair, key=lambda axis: -len(values[axis]))[:2]
    rows = min(len(values[pair[0]]), MOST_ROWS) if len(pair) == 2 else 0
    upper = max(LOWER, 1.2 + 0.32 * rows) if rows else 0
    lines = -(-len(axes) // MOST_PANELS)
    drawing = Figure(figsize=(_style.WIDTH, upper + LOWER * lines), layout="constrained")
    below: Any = drawing
    if upper:
        halves: Any = drawing.subfigures(2, 1, height_ratios=[upper, LOWER * lines])
        above, below = halves
        heat_map(above, points, pair[0], pair[1], values)
    columns = min(len(axes), MOST_PANELS)
    panels = below.subplots(lines, columns, sharey=True, squeeze=False)
    for panel in panels.flat[len(axes) :]:
        panel.axis("off")
    for panel, axis in zip(panels.flat, axes, strict=False):
        along(panel, points, axis, values[axis], 66 // columns)
    for panel in panels[:, 0]:
        panel.set_ylabel("Test accuracy (%)")
    return drawing


def heat_map(
    figure: Any, points: pd.DataFrame, down: str, across: str, values: dict[str, list[str]]
) -> None:
    """Mean test accuracy, in percent, over all other axes."""
    import seaborn as sns

    cells = points.pivot_table(index=down, columns=across, values="accuracy", aggfunc="mean")
    cells = cells.reindex(index=values[down], columns=values[across])
    panel = figure.subplots()
    numbers = cells.size <= MOST_NUMBERS
    sns.heatmap(
        cells.to_numpy(),
        ax=panel,
        cmap="cividis",
        annot=numbers,
        fmt=".1f",
        annot_kws={"fontsize": 7},
        linewidths=0.4 if numbers else 0,
        rasterized=not numbers,
        cbar_kws={"label": "Mean test accuracy (%)"},
    )
    for set_ticks, labels, most in (
        (panel.set_xticks, values[across], 20),
        (panel.set_yticks, values[down], MOST_ROWS),
    ):
        step = -(-len(labels) // most)
        long = set_ticks == panel.set_xticks and sum(map(len, labels[::step])) > 60
        set_ticks(
            np.arange(0, len(labels), step) + 0.5, labels[::step], fontsize=9,
            rotation=45 if long else 0,
        )  # fmt: skip
    panel.tick_params(length=0)
    panel.grid(visible=False)
    panel.set(xlabel=words(across), ylabel=words(down))


def along(panel: Any, points: pd.DataFrame, axis: str, values: list[str], room: int) -> None:
    """The mean over all variants with a value of one axis; the bar is their middle 80 %.

    Labels that need more than `room` characters are turned.
    """
    groups = points.groupby(axis)["accuracy"]
    means = groups.mean().reindex(values).to_numpy()
    low, high = (groups.quantile(q).reindex(values).to_numpy() for q in (0.1, 0.9))
    bars = np.array([means - low, high - means]).clip(0)
    joined = "o-" if _numbers(values) else "o"
    panel.errorbar(range(len(values)), means, bars, fmt=joined, ms=4, lw=1, color=_style.colour(0))
    step = -(-len(values) // 10)
    long = sum(map(len, values[::step])) > room
    panel.set_xticks(
        range(0, len(values), step), values[::step], fontsize=8, rotation=45 if long else 0
    )
    panel.margins(x=0.1)
    panel.set_xlabel(words(axis))


def text(value: object) -> str:
    """A value of an axis as its label; an empty one is `none`."""
    if isinstance(value, (float, np.floating)):
        return "none" if np.isnan(value) else f"{value:.10g}"
    return str(value) or "none"


def words(axis: str) -> str:
    """The dotted path of an axis as words."""
    return spaced(axis.rpartition(".")[2])


def _numbers(values: Sequence[str]) -> bool:
    try:
        return all(np.isfinite(float(value)) for value in values)
    except ValueError:
        return False
