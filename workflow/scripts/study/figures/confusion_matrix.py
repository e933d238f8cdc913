"""Each run's confusion matrix."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._tables import finished, records
from study.results import Results

NEEDS = ("runs", "confusion")
SECTION = "runs"
TITLE = "Confusion matrices"
CAPTION = (
    "Which classes are taken for which, on the test split. Each row is a true class and sums to 1; "
    "the diagonal holds the correct predictions. (A tutorial divides the columns by the row sums "
    "instead; then neither rows nor columns are fractions of anything.)"
)
ORDER = 10

MOST_NUMBERS = 20
"""With more classes than this there are no numbers in the cells, and only some labels."""

MOST_LABELS = 25


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per finished run."""
    runs = results.table("runs")
    variants = finished(runs)
    keys = ["experiment", "variant", "seed"]
    matrices = dict(list(results.table("confusion").groupby(keys, sort=False)))
    for run in records(runs[runs["status"] == "finished"]):
        experiment, variant, seed = str(run["experiment"]), str(run["variant"]), int(run["seed"])
        if (experiment, variant, seed) not in matrices:
            continue
        fractions, names = matrix(matrices[experiment, variant, seed])
        row = variants[experiment][variant]
        yield Picture(
            name=f"{experiment}/{variant}/seed-{seed}",
            draw=partial(draw, fractions, names),
            alt=f"Confusion matrix of {row['heading']}, {row['title']}, seed {seed}, with test "
            f"accuracy {run['accuracy']:.4f}. The values are in tables/confusion.csv.",
            note=f"Test accuracy {run['accuracy']:.4f}.",
            about={"experiment": experiment, "variant": variant, "seed": seed},
        )


def matrix(confusion: pd.DataFrame) -> tuple[npt.NDArray[np.float64], list[str]]:
    """A run's rows of the table of confusion as fractions (true, predicted), and class names."""
    names = [str(name) for name in dict.fromkeys(confusion["true"])]
    places = {name: place for place, name in enumerate(names)}
    fractions = np.full((len(names), len(names)), np.nan)
    fractions[confusion["true"].map(places), confusion["predicted"].map(places)] = confusion[
        "fraction"
    ]
    return fractions, names


def draw(fractions: npt.NDArray[np.float64], names: list[str]) -> Figure:
    """A heat map with the numbers written in.

    Args:
        fractions: (true, predicted), each row sums to 1 or is NaN for a class without examples.
        names: the classes' names, in the same order.
    """
    import seaborn as sns

    numbers = len(names) <= MOST_NUMBERS
    digits, size = (4, 7.5) if len(names) <= 10 else (2, 6)
    drawing, axes = _style.figure(6.4)
    sns.heatmap(
        fractions,
        ax=axes,
        cmap="Blues",
        vmin=0,
        vmax=1,
        square=True,
        annot=[[f"{value:.{digits}f}" for value in line] for line in fractions]
        if numbers
        else None,
        fmt="",
        annot_kws={"fontsize": size},
        linewidths=0.6 if numbers else 0,
        rasterized=not numbers,
        cbar_kws={"label": "Fraction of the true class", "shrink": 0.8},
    )
    for text in axes.texts:
        text.set_in_layout(False)  # it is inside the axes; asking for its size takes long
        if float(text.get_text()) == 0:
            text.set_color("#999999")  # the many zeros stand back
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
