"""The accuracy of each class for the variants of each experiment, with 95 % intervals."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.claims.published import published_values
from study.figures import Picture, _published, _style, class_heatmap
from study.figures._tables import Rows, finished, first_variants, heading, of_variants, sentences
from study.results import Results

NEEDS = ("variants", "class_means", "scorecard")
SECTION = "predictions"
TITLE = "Accuracy of each class"
CAPTION = (
    "Fraction of each class's test images that are classified correctly, the mean over seeds. "
    "Where there are dots, bars are 95 % intervals for that many images of the class, and the "
    "lowest class is at the bottom. With many variants, a heat map in percent is shown instead."
)
ORDER = 10

MOST_CLASSES = 30

MOST_DOTTED = 5
"""More variants than this are a heat map: their dots would hide each other."""

Means = Mapping[str, pd.DataFrame]


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment."""
    found = of_variants(results.table("class_means").dropna(subset="accuracy"))
    for experiment, every in finished(results.table("variants")).items():
        there = {name: row for name, row in every.items() if (experiment, name) in found}
        if not there:
            continue
        rows, note = first_variants(there)
        means = {name: found[experiment, name] for name in rows}
        if len(rows) > MOST_DOTTED:
            named = {str(rows[name]["title"]): table for name, table in means.items()}
            yield Picture(
                name=experiment,
                draw=partial(class_heatmap.draw, class_heatmap.tables(named)),
                alt=f"Heat map of the accuracy of each class of {heading(rows)}. "
                "The values are in tables/class_means.csv.",
                note=note,
                about={"experiment": experiment},
                size="broad",
            )
            continue
        classes = max(len(table) for table in means.values())
        few = f"The {MOST_CLASSES} classes with the lowest accuracy." * (classes > MOST_CLASSES)
        yield Picture(
            name=experiment,
            draw=partial(draw, means, rows, results.table("scorecard")),
            alt=f"Dot chart of the accuracy of each class of {heading(rows)}, sorted. "
            "The values are in tables/class_means.csv.",
            note=sentences(note, few),
            about={"experiment": experiment},
        )


def draw(means: Means, rows: Rows, scorecard: pd.DataFrame) -> Figure:
    """One row per class, sorted by the mean over variants; one panel per set of classes.

    Args:
        means: by variant, its rows of the table of class means.
        rows: the variants, of the table of variants.
        scorecard: the table of that name.
    """
    panels: dict[tuple[str, ...], list[str]] = {}
    for variant, table in means.items():
        panels.setdefault(tuple(table["class"]), []).append(variant)
    heights = [
        0.3 + min(len(classes), MOST_CLASSES) * (0.22 + 0.09 * len(variants))
        for classes, variants in panels.items()
    ]
    drawing, axes = _style.figure(
        0.6 + sum(heights), len(panels), 1, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    published = False
    for axis, variants in zip(axes[:, 0], panels.values(), strict=True):
        own = {variant: rows[variant] for variant in variants}
        published |= _panel(axis, means, own, scorecard)
        if len(panels) > 1:
            sets = dict.fromkeys(str(row["dataset_title"]) for row in own.values())
            axis.set_title(", ".join(sets))
    axes[-1, 0].set_xlabel("Fraction of the class's test images that are recognised")
    handles = [Line2D([], [], ls="", marker="o", ms=6, color=row["colour"], label=row["title"])
               for row in rows.values() if len(rows) > 1]  # fmt: skip
    handles += [_published.handle()] if published else []
    if handles:
        _style.legend_above(drawing, handles)
    return drawing


def _panel(axes: Any, means: Means, rows: Rows, scorecard: pd.DataFrame) -> bool:
    """Draw the variants of one set of classes, and say whether published values are there."""
    tables = {variant: means[variant].set_index("class") for variant in rows}
    mean = pd.DataFrame({v: table["accuracy"] for v, table in tables.items()}).mean(axis=1)
    order = mean.sort_values(kind="stable").index[:MOST_CLASSES]
    pitch = 1 / (len(rows) + 1)
    published = False
    for place, (variant, row) in enumerate(rows.items(), 1):
        table = tables[variant].loc[order]
        y = [line + 0.5 - place * pitch for line in range(len(order))]
        axes.hlines(y, table["accuracy_low"], table["accuracy_high"], color=row["colour"],
                    lw=3, alpha=0.35)  # fmt: skip
        axes.plot(table["accuracy"], y, "o", ms=4.5, color=row["colour"])
        claimed = published_values(scorecard, str(row["experiment"]), variant, "class_accuracy")
        if len(claimed) == len(tables[variant]):
            by_class = dict(zip(tables[variant].index, claimed, strict=True))
            axes.plot([by_class[name] for name in order], y, zorder=3, **_published.POINT)
            published = True
        if len(rows) == 1:
            for line, value in zip(y, table["accuracy"], strict=True):
                axes.annotate(f"{value:.4f}", (1, line), xycoords=("axes fraction", "data"),
                              xytext=(6, 0), textcoords="offset points", va="center",
                              fontsize=9)  # fmt: skip
    axes.set_yticks(range(len(order)), order)
    axes.set_ylim(-0.6, len(order) - 0.4)
    axes.set_ylabel("Class")
    axes.grid(visible=False, axis="y")
    for line in range(1, len(order)):
        axes.axhline(line - 0.5, color="#EEEEEE", lw=0.6, zorder=0)
    return published
