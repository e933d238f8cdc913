"""Which variant is better than which, on the same test images."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._tables import finished, records
from study.results import Results

NEEDS = ("comparisons", "variants")
SECTION = "comparison"
TITLE = "Pairwise comparison"
CAPTION = (
    "Row minus column: the difference of mean test accuracies in percentage points, on the same "
    "images, the best variant on top. Columns are numbered like the rows. Numbers are means over "
    "all seeds; those whose 95 % interval, over images and seeds, includes 0 are grey. A cell is "
    "coloured if the first seeds of both differ by more than chance: McNemar's exact test, at "
    "0.05 over all pairs of the picture (Holm). The test does not use the other seeds, so the two "
    "can disagree."
)
ORDER = 20

MOST = 20
"""Variants of a picture at most; the best are shown."""

Who = tuple[str, str]


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per set of test images with two variants or more."""
    table = results.table("comparisons")
    names = {
        (str(row["experiment"]), variant): f"{row['heading']}: {row['title']}"
        if row["title"] != "default"
        else str(row["heading"])
        for every in finished(results.table("variants")).values()
        for variant, row in every.items()
    }
    accuracies = {
        (str(row["experiment"]), str(row["variant"])): float(row["accuracy"])
        for row in records(results.table("variants"))
    }
    for number, (title, own) in enumerate(table.groupby("dataset_title", sort=False)):
        there = {who for row in records(own) for who in _both(row)}
        order = sorted(there, key=lambda who: (-accuracies[who], who))
        few = f"The best {MOST} of {len(order)} variants." * (len(order) > MOST)
        yield Picture(
            name=f"images-{number}",
            draw=partial(draw, own, order[:MOST], names),
            alt=f"Matrix of the differences in accuracy of {len(order[:MOST])} variants on "
            f"{title}. The values are in tables/comparisons.csv.",
            note=" ".join(filter(None, [f"{title}.", few])),
            size="broad",
        )


def _both(row: Mapping[str, Any]) -> tuple[Who, Who]:
    return (
        (str(row["experiment"]), str(row["variant"])),
        (str(row["other_experiment"]), str(row["other_variant"])),
    )


def draw(table: pd.DataFrame, order: list[Who], names: Mapping[Who, str]) -> Figure:
    """A square of differences.

    Args:
        table: rows of the table of comparisons.
        order: the variants, the best first.
        names: of variants, for people.
    """
    places = {who: place for place, who in enumerate(order)}
    differences = np.full((len(order), len(order)), np.nan)
    told_apart = np.zeros_like(differences, bool)
    certain = np.zeros_like(differences, bool)
    for row in records(table):
        first, second = _both(row)
        if first in places and second in places:
            at = places[first], places[second]
            for (i, j), sign in ((at, 1), (at[::-1], -1)):
                differences[i, j] = sign * 100 * row["difference"]
                told_apart[i, j] = row["verdict"] != ""
                certain[i, j] = not row["difference_low"] <= 0 <= row["difference_high"]
    drawing, axes = _style.figure(1.0 + 0.36 * len(order))
    drawing.set_figwidth(_style.WIDTH * 1.35)
    shown = np.where(told_apart, differences, 0)
    largest = max(float(np.abs(np.nan_to_num(shown)).max()), 1e-9)
    axes.imshow(shown, cmap="RdBu", vmin=-1.6 * largest, vmax=1.6 * largest, aspect="auto")
    for (i, j), value in np.ndenumerate(differences):
        if i != j and np.isfinite(value):
            axes.text(j, i, f"{value:+.2f}", ha="center", va="center", fontsize=7.5,
                      color="black" if certain[i, j] else _style.GREY)  # fmt: skip
    labels = [names.get(who, who[1]) for who in order]
    axes.set_yticks(range(len(order)), [f"{n + 1}  {label}" for n, label in enumerate(labels)],
                    fontsize=8.5)  # fmt: skip
    axes.set_xticks(range(len(order)), [str(n + 1) for n in range(len(order))], fontsize=8.5)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return drawing
