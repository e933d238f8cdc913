"""Draw the accuracy of each class for all variants of the study as one heat map."""

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

Table = dict[tuple[str, str], dict[str, list[float]]]


def draw(tables: list[Table]) -> Figure:
    """A panel for each set of classes: a row a variant, a column a class; the mean over seeds.

    Args:
        tables: for each set of classes, by (experiment, variant) and class, the seeds' accuracies.
    """
    heights = [len(table) + 2 for table in tables]
    drawing, axes = style.figure(
        0.8 + 0.27 * sum(heights), len(tables), 1, squeeze=False,
        gridspec_kw={"height_ratios": heights},
    )  # fmt: skip
    drawing.set_size_inches(style.WIDTH * 1.3, drawing.get_figheight())
    # Errors, on a logarithmic scale: from 99 to 99.5 is as far as from 80 to 90.
    scale = LogNorm(0.002, 0.5, clip=True)
    for panel, table in zip(axes[:, 0], tables, strict=True):
        classes = list(dict.fromkeys(name for row in table.values() for name in row))
        means = np.array(
            [[np.mean(row.get(name, [np.nan])) for name in classes] for row in table.values()]
        )
        errors = np.maximum(1 - means, 1e-6)
        image = panel.imshow(errors, cmap="cividis_r", norm=scale, aspect="auto")
        panel.grid(visible=False)
        for (row, column), mean in np.ndenumerate(means):
            colour = "white" if scale(1 - mean) > 0.5 else "black"
            panel.text(column, row, f"{100 * mean:.1f}", ha="center", va="center", fontsize=8,
                       color=colour)  # fmt: skip
        turned = 30 if max(map(len, classes)) > 2 else 0
        panel.set_xticks(
            range(len(classes)), classes, rotation=turned, ha="right" if turned else "center"
        )
        names = [
            style.short(experiment if variant == "default" else f"{experiment}: {variant}")
            for experiment, variant in table
        ]
        panel.set_yticks(range(len(names)), names, fontsize=9)
        panel.tick_params(length=0)
    bar = drawing.colorbar(image, ax=list(axes[:, 0]), shrink=0.6)
    ticks = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    bar.set_ticks(ticks, labels=[f"{100 * (1 - tick):g}" for tick in ticks])
    bar.minorticks_off()
    bar.set_label("Of the class recognised (%)")
    bar.ax.invert_yaxis()
    return drawing


def tables_of(rows: list[dict[str, str]]) -> list[Table]:
    """The table of classes by run, and by the set of classes that the runs have in common."""
    runs: Table = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["accuracy"]:
            key = row["experiment"], row["variant"]
            runs[key][row["class"]].append(float(row["accuracy"]))
    tables: dict[tuple[str, ...], Table] = defaultdict(dict)
    for key, classes in runs.items():
        tables[tuple(classes)][key] = classes
    return list(tables.values())


if __name__ == "__main__":
    with job(snakemake):
        with open(snakemake.input.classes, newline="", encoding="utf-8") as file:
            tables = tables_of(list(csv.DictReader(file)))
        style.save(draw(tables), [snakemake.output.svg, snakemake.output.png])
