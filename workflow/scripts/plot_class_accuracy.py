"""Draw a run's accuracy of each class, lowest first, with 95 % intervals."""

import csv
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from study import statistics, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(names: list[str], accuracies: list[float], supports: list[int]) -> Figure:
    """A dot a class, sorted by accuracy, with its 95 % score interval."""
    order = np.argsort(accuracies, kind="stable")
    drawing, axes = style.figure(0.8 + 0.3 * len(names))
    for place, index in enumerate(order):
        accuracy, support = accuracies[index], supports[index]
        low, high = statistics.wilson_interval(round(accuracy * support), support)
        axes.plot([low, high], [place, place], color=style.PALETTE[5], lw=4, solid_capstyle="butt")
        axes.plot(accuracy, place, "o", color=style.PALETTE[0])
        axes.annotate(
            f"{accuracy:.4f}",
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_yticks(range(len(names)), [names[index] for index in order])
    axes.set(xlabel="Share of the class's test images that are recognised", ylabel="Class")
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        with open(snakemake.input.classes, newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["accuracy"]]
        drawing = draw(
            [row["class"] for row in rows],
            [float(row["accuracy"]) for row in rows],
            [int(row["support"]) for row in rows],
        )
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
