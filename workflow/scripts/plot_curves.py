"""Draw single columns of the histories, a curve a variant, in the ranges that config names."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

LABELS = {
    "loss": "Training loss (nats)",
    "accuracy": "Training accuracy",
    "batch_accuracy": "Accuracy on the next training batch",
    "val_loss": "Validation loss (nats)",
    "val_accuracy": "Validation accuracy",
}

Points = dict[int, list[float]]


def draw(
    variants: dict[str, Points],
    colours: dict[str, str],
    column: str,
    limits: list[float] | None,
    by_step: bool,
    watched: str | None,
) -> Figure:
    """One panel; with several seeds the mean, and a band from the lowest to the highest.

    Args:
        variants: for each, the values of its seeds by epoch (from 1) or step.
        colours: by variant.
        column: of the history.
        limits: the lower and upper end of the vertical axis, or None for all that there is.
        by_step: whether points are counted in steps.
        watched: the split that validation values are of.
    """
    drawing, axes = style.figure(3.6)
    for variant, points in variants.items():
        x = np.array(sorted(points))
        values = [points[place] for place in x]
        means = [float(np.mean(seeds)) for seeds in values]
        label = style.short(variant)
        axes.plot(x, means, color=colours[variant], lw=1.3, label=label, marker="o" * (len(x) < 3))
        if any(len(seeds) > 1 for seeds in values):
            low, high = map(min, values), map(max, values)
            axes.fill_between(x, list(low), list(high), color=colours[variant], alpha=0.2, lw=0)
    label = LABELS[column]
    if column.startswith("val_") and str(watched).startswith("test"):
        label = label.replace("Validation", "Test split, watched:")
    axes.set(xlabel="Step" if by_step else "Epoch", ylabel=label)
    if limits:
        axes.set_ylim(*limits)
    if len(variants) > 1:
        drawing.legend(loc="outside right upper")
    return drawing


def points_of(rows: list[dict[str, str]], column: str, by_step: bool) -> dict[str, Points]:
    """A column of the table of histories, by variant and point."""
    found: dict[str, Points] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        place = int(row["step"]) if by_step else int(row["epoch"]) + 1
        found[row["variant"]][place].append(float(row[column]))
    return found


if __name__ == "__main__":
    with job(snakemake):
        tables: dict[str, Any] = defaultdict(list)
        with open(snakemake.input.histories, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                tables[row["experiment"]].append(row)
        places = style.positions(snakemake.params.variants)
        for experiment, rows in tables.items():
            for name, curve in snakemake.params.curves[experiment].items():
                by_step = bool(rows[0]["batch_accuracy"])
                variants = points_of(rows, curve["column"], by_step)
                drawing = draw(
                    variants,
                    {v: style.colour(places[experiment, v]) for v in variants},
                    curve["column"],
                    curve.get("range"),
                    by_step,
                    snakemake.params.splits[experiment]["validation"],
                )
                style.save_both(drawing, Path(snakemake.output.folder, experiment, name))
