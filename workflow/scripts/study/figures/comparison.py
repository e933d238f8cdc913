"""Accuracy against what it costs: parameters, training time, images seen."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.figures import Picture, _style
from study.figures._axes import error_axis, log_ticks
from study.figures._tables import records
from study.results import Results
from study.words import spaced

NEEDS = ("runs", "experiments")
SECTION = "comparison"
TITLE = "Accuracy against cost"
CAPTION = (
    "Test accuracy against parameters, training time and training images seen. One mark per run, "
    "with its 95 % interval. All axes are logarithmic, the vertical one in the error: further up "
    "is better, further left is cheaper."
)
ORDER = 10

COSTS = {
    "parameter_count": "Parameters",
    "train_seconds": "Training time (s)",
    "images_seen": "Training images seen",
}
MARKERS = "osD^vP"


def pictures(results: Results) -> Iterator[Picture]:
    """One picture of all finished runs."""
    runs = results.table("runs")
    runs = runs[runs["status"] == "finished"]
    if runs.empty:
        return
    best = runs.iloc[int(runs["accuracy"].argmax())]
    yield Picture(
        name="comparison",
        draw=partial(draw, runs, results.table("experiments")),
        alt="Scatter plots of test accuracy against parameters, training time and training images "
        f"seen, one mark per run. The highest is {best['accuracy']:.4f}, of {best['experiment']}, "
        f"{best['variant']}. The values are in tables/runs.csv.",
        note="An accuracy of 1 has no place on a logarithmic axis of the error; it is drawn at "
        "half an image's error."
        if (runs["accuracy"] >= 1).any()
        else "",
        size="static",
    )


def draw(runs: pd.DataFrame, experiments: pd.DataFrame) -> Figure:
    """One row of panels per dataset, one panel per cost.

    Args:
        runs: finished runs, rows of the table of runs.
        experiments: the table of experiments: each has a colour, and a marker by its place.
    """
    least = 0.5 / runs["examples"]  # half an image's error
    errors = pd.DataFrame(
        {
            "error": (1 - runs["accuracy"]).clip(lower=least),
            "low": (1 - runs["accuracy_high"]).clip(lower=least),
            "high": (1 - runs["accuracy_low"]).clip(lower=least),
        }
    )
    runs = runs.join(errors)
    looks = {
        str(row["experiment"]): {
            "color": row["colour"],
            "marker": MARKERS[int(row["place"]) % len(MARKERS)],
        }
        for row in records(experiments.sort_values("place"))
    }
    groups = list(runs.groupby("dataset_title", sort=False))
    drawing, axes = _style.figure(
        0.2 + 2.5 * len(groups), len(groups), len(COSTS), squeeze=False, sharey="row", sharex="col"
    )
    for line, (title, own) in zip(axes, groups, strict=True):
        for panel, cost in zip(line, COSTS, strict=True):
            panel.set(xscale="log", yscale="log")
            for experiment, theirs in own[own[cost] > 0].groupby("experiment", sort=False):
                bars = [
                    (theirs["error"] - theirs["low"]).clip(0),
                    (theirs["high"] - theirs["error"]).clip(0),
                ]
                panel.errorbar(theirs[cost], theirs["error"], bars, ls="", ms=5, lw=1, alpha=0.85,
                               **looks[str(experiment)])  # fmt: skip
            panel.tick_params(labelsize=8)
        line[0].set_title(title, fontsize=10)
        line[0].set_ylabel("Test accuracy (%)", fontsize=10)
        error_axis(line[0], own["low"].min(), own["high"].max())
    for panel, label in zip(axes[-1], COSTS.values(), strict=True):
        panel.set_xlabel(label, fontsize=10)
        log_ticks(panel.xaxis, *panel.get_xlim())
    there = set(runs["experiment"])
    _style.legend_above(
        drawing,
        [
            Line2D([], [], ls="", label=spaced(experiment), **look)
            for experiment, look in looks.items()
            if experiment in there
        ],
    )
    return drawing
