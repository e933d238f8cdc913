"""Each variant's confusion matrix."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from study.figures import Picture, _style
from study.figures._tables import finished, of_variants
from study.results import Results

NEEDS = ("variants", "confusion")
SECTION = "runs"
TITLE = "Confusion matrices"
CAPTION = (
    "How many test images of each true class (rows) were predicted as each class (columns). "
    "Colours show the errors, as fractions of the true class on a logarithmic scale; empty cells "
    "are zero. The grey diagonal holds the correct predictions, with their fraction of the true "
    "class."
)
ORDER = 10

MOST_NUMBERS = 20
"""With more classes than this there are no numbers in the cells, and only some labels."""

MOST_LABELS = 25

LOWEST, HIGHEST = 0.001, 0.3
"""The ends of the colour scale, as fractions of the true class."""

DARK = 0.07
"""On errors more frequent than this, numbers are white."""

DIAGONAL = "#E4E8EE"


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per variant."""
    matrices = of_variants(results.table("confusion"))
    for experiment, rows in finished(results.table("variants")).items():
        for variant, row in rows.items():
            if (experiment, variant) not in matrices:
                continue
            counts, names = matrix(matrices[experiment, variant])
            seeds = int(row["seeds"])
            mean = "mean test accuracy" if seeds > 1 else "test accuracy"
            summed = f"Counts are summed over {seeds} seeds." if seeds > 1 else ""
            said = f"{mean[0].upper()}{mean[1:]} {row['accuracy']:.4f}."
            yield Picture(
                name=f"{experiment}/{variant}",
                draw=partial(draw, counts, names),
                alt=f"Confusion matrix of {row['heading']}, {row['title']}, with {mean} "
                f"{row['accuracy']:.4f}. The values are in tables/confusion.csv.",
                note=" ".join(filter(None, [said, summed])),
                about={"experiment": experiment, "variant": variant},
            )


def matrix(confusion: pd.DataFrame) -> tuple[npt.NDArray[np.int64], list[str]]:
    """A variant's rows of the table of confusion as counts (true, predicted), and class names.

    Several seeds are added up.
    """
    names = [str(name) for name in dict.fromkeys(confusion["true"])]
    places = {name: place for place, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), np.int64)
    cells = confusion["true"].map(places), confusion["predicted"].map(places)
    np.add.at(counts, cells, confusion["count"].to_numpy())
    return counts, names


def draw(counts: npt.NDArray[np.int64], names: list[str]) -> Figure:
    """A heat map of the errors with the counts written in.

    Args:
        counts: (true, predicted).
        names: the classes' names, in the same order.
    """
    import seaborn as sns

    numbers = len(names) <= MOST_NUMBERS
    examples = counts.sum(axis=1, keepdims=True)
    fractions = counts / np.where(examples, examples, 1)
    errors = np.where(np.eye(len(names), dtype=bool) | (counts == 0), np.nan, fractions)
    drawing, axes = _style.figure(6.4)
    sns.heatmap(
        errors,
        ax=axes,
        cmap="YlOrRd",
        norm=LogNorm(LOWEST, HIGHEST, clip=True),
        square=True,
        linewidths=0.6 if numbers else 0,
        rasterized=not numbers,
        cbar_kws={"label": "Fraction of the true class", "shrink": 0.8, "extend": "both"},
    )
    ticks = [LOWEST, 0.003, 0.01, 0.03, 0.1, HIGHEST]
    bar = axes.collections[0].colorbar
    bar.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    bar.minorticks_off()
    bar.outline.set_visible(False)
    for place in range(len(names)):
        axes.add_patch(Rectangle((place, place), 1, 1, color=DIAGONAL, lw=0))
    if numbers:
        _write(axes, counts, fractions, 7.5 if len(names) <= 10 else 6)
    step = -(-len(names) // MOST_LABELS)
    turned = max(map(len, names)) > 2
    places = np.arange(0, len(names), step) + 0.5
    size = 11 if len(names) <= 12 else 8
    axes.set_xticks(places, names[::step], rotation=45 if turned else 0,
                    ha="right" if turned else "center", fontsize=size)  # fmt: skip
    axes.set_yticks(places, names[::step], rotation=0, fontsize=size)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.set(xlabel="Predicted class", ylabel="True class")
    return drawing


def _write(
    axes: Any, counts: npt.NDArray[np.int64], fractions: npt.NDArray[np.float64], size: float
) -> None:
    """Write the counts into the cells, and on the diagonal the fraction below them."""
    for (line, column), count in np.ndenumerate(counts):
        if not count:
            continue
        text, colour = f"{count:,}", "black"
        if line == column:
            text += f"\n{fractions[line, column]:.3f}"
        elif fractions[line, column] > DARK:
            colour = "white"
        written = axes.text(
            column + 0.5, line + 0.5, text, ha="center", va="center", fontsize=size, color=colour
        )
        written.set_in_layout(False)  # it is inside the axes; asking for its size takes long
