"""Draw accuracy against what it costs: parameters, training time, images seen."""

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

COSTS = {
    "parameters": "Parameters",
    "train_seconds": "Training time (s)",
    "images_seen": "Training images seen",
}
MARKERS = "osD^vP"

TICKS = (
    [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001],
    [percent / 100 for percent in range(1, 100)],
    [tenth / 1000 for tenth in range(1, 1000)],
)
"""Error rates at which the vertical axis may have its ticks, from coarse to fine."""


def draw(runs: list[dict[str, str]], experiments: list[str]) -> Figure:
    """A row a data set, a panel a cost, a mark a run: test error on a logarithmic axis.

    Args:
        runs: rows of the table of runs.
        experiments: all of the study, in order; a colour and a mark each.
    """
    by_dataset = defaultdict(list)
    for run in runs:
        by_dataset[run["dataset_title"]].append(run)
    drawing, axes = style.figure(
        0.7 + 2.3 * len(by_dataset), len(by_dataset), len(COSTS), squeeze=False,
        sharey="row", sharex="col",
    )  # fmt: skip
    for line, (title, own) in zip(axes, by_dataset.items(), strict=True):
        for panel, cost in zip(line, COSTS, strict=True):
            for run in own:
                place = experiments.index(run["experiment"])
                error = 1 - float(run["accuracy"])
                ends = [[error - (1 - float(run["accuracy_high"]))],
                        [1 - float(run["accuracy_low"]) - error]]  # fmt: skip
                panel.errorbar(
                    float(run[cost]), error, ends, color=style.colour(place),
                    fmt=MARKERS[place % len(MARKERS)], ms=5, lw=1, alpha=0.85,
                )  # fmt: skip
            panel.set(xscale="log", yscale="log")
            panel.tick_params(labelsize=8)
        bounds = [1 - float(run[end]) for run in own for end in ("accuracy_high", "accuracy_low")]
        low, high = max(min(bounds), 1e-4), max(bounds)
        levels = next(
            (level for level in TICKS if sum(low < error < high for error in level) > 2),
            TICKS[-1],
        )
        line[0].yaxis.set_major_locator(FixedLocator(levels))
        line[0].yaxis.set_minor_locator(NullLocator())
        line[0].yaxis.set_major_formatter(lambda error, _: f"{100 * (1 - error):g}")
        line[0].set_ylim(high * 1.08, low / 1.08)
        line[0].set_ylabel(f"{title}\nTest accuracy (%)", fontsize=10)
    for panel, label in zip(axes[-1], COSTS.values(), strict=True):
        panel.set_xlabel(label)
    there = {run["experiment"] for run in runs}
    drawing.legend(
        handles=[
            Line2D([], [], ls="", marker=MARKERS[i % len(MARKERS)], color=style.colour(i),
                   label=style.short(name))
            for i, name in enumerate(experiments)
            if name in there
        ],
        loc="outside upper left", ncols=3,
    )  # fmt: skip
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        with open(snakemake.input.runs, newline="", encoding="utf-8") as file:
            runs = list(csv.DictReader(file))
        drawing = draw(runs, list(snakemake.params.variants))
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
