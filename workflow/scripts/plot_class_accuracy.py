"""Draw the accuracy of each class for the variants of each experiment, with 95 % intervals."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from study import statistics, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

Counts = dict[str, tuple[int, int]]


def draw(variants: dict[str, Counts], colours: dict[str, str]) -> Figure:
    """A row a class, sorted by the mean accuracy, lowest below; a dot a variant.

    Args:
        variants: for each variant, by class, how many examples were right, and of how many.
        colours: by variant.
    """
    classes = list(next(iter(variants.values())))
    means = {
        name: sum(right / examples for right, examples in (v[name] for v in variants.values()))
        for name in classes
    }
    order = sorted(classes, key=means.__getitem__)
    pitch = 1 / (len(variants) + 1)
    drawing, axes = style.figure(0.9 + len(order) * (0.22 + 0.09 * len(variants)))
    for index, (variant, counts) in enumerate(variants.items()):
        for place, name in enumerate(order):
            right, examples = counts[name]
            low, high = statistics.wilson_interval(right, examples)
            y = place + 0.5 - (index + 1) * pitch
            axes.plot([low, high], [y, y], color=colours[variant], lw=3, alpha=0.35)
            label = style.short(variant) if place == 0 else None
            axes.plot(right / examples, y, "o", ms=4.5, color=colours[variant], label=label)
            if len(variants) == 1:
                axes.annotate(
                    f"{right / examples:.4f}",
                    (1, y),
                    xycoords=("axes fraction", "data"),
                    xytext=(6, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=9,
                )
    axes.set_yticks(range(len(order)), order)
    axes.set_ylim(-0.6, len(order) - 0.4)
    axes.grid(visible=False, axis="y")
    for place in range(1, len(order)):
        axes.axhline(place - 0.5, color="#EEEEEE", lw=0.6, zorder=0)
    axes.set(xlabel="Share of the class's test images that are recognised", ylabel="Class")
    if len(variants) > 1:
        drawing.legend(loc="outside right upper")
        drawing.set_size_inches(style.WIDTH * 1.15, drawing.get_figheight())
    return drawing


def counts_of(rows: list[dict[str, str]]) -> dict[str, dict[str, Counts]]:
    """By experiment, variant and class, the counts of all seeds together."""
    found: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["accuracy"]:
            examples = int(row["support"])
            counts = found[row["experiment"]][row["variant"]]
            right, before = counts.get(row["class"], (0, 0))
            counts[row["class"]] = (
                right + round(float(row["accuracy"]) * examples),
                before + examples,
            )
    return found


if __name__ == "__main__":
    with job(snakemake):
        with open(snakemake.input.classes, newline="", encoding="utf-8") as file:
            found = counts_of(list(csv.DictReader(file)))
        places = style.positions(snakemake.params.variants)
        for experiment, variants in found.items():
            colours = {v: style.colour(places[experiment, v]) for v in variants}
            style.save_both(draw(variants, colours), Path(snakemake.output.folder, experiment))
