"""The accuracy of the variants of each experiment under corruptions of the test images."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from study.figures import Picture, _style
from study.figures._tables import Rows, finished, first_variants, heading
from study.results import Results

NEEDS = ("runs", "robustness")
SECTION = "predictions"
TITLE = "Accuracy under corruptions"
CAPTION = (
    "How many test images are still classified correctly when they are shifted, rotated, blurred,"
    " covered and so on; from left to right, the corruption gets stronger. The networks were not "
    "trained on such images, unless the protocol has an augmentation. With several seeds, the "
    "first is shown."
)
ORDER = 25

COLUMNS = 3


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment."""
    table = results.table("robustness")
    for experiment, every in finished(results.table("runs")).items():
        own = table[table["experiment"] == experiment]
        rows, note = first_variants({n: r for n, r in every.items() if n in set(own["variant"])})
        if not rows:
            continue
        yield Picture(
            name=experiment,
            draw=partial(draw, own, rows),
            alt=f"Curves of accuracy against strength for each corruption and each variant of "
            f"{heading(rows)}. The values are in tables/robustness.csv.",
            note=note,
            about={"experiment": experiment},
            size="broad",
        )


def draw(table: pd.DataFrame, rows: Rows) -> Figure:
    """One panel per corruption.

    Args:
        table: an experiment's rows of the table of robustness.
        rows: the variants, of the table of runs.
    """
    kinds = list(dict.fromkeys(table["corruption"]))
    lines = -(-len(kinds) // COLUMNS)
    drawing, axes = _style.figure(2.1 * lines + 0.2, lines, COLUMNS, sharey=True, squeeze=False)
    drawing.set_figwidth(_style.WIDTH * 1.35)
    for panel, kind in zip(axes.flat, kinds, strict=False):
        own = table[table["corruption"] == kind]
        for variant, row in rows.items():
            line = own[own["variant"] == variant].sort_values("level")
            panel.plot(line["level"], line["accuracy"], "o-", ms=2.5, lw=1.3, color=row["colour"])
        strengths = own[["level", "strength"]].drop_duplicates().sort_values("level")
        shown = ["none" if s != s else f"{s:g}" for s in strengths["strength"]]
        panel.set_xticks(strengths["level"], shown, fontsize=9)
        panel.set_title(kind, fontsize=9.5)
        panel.set_ylim(0, 1.02)
        panel.yaxis.set_major_formatter(PercentFormatter(1))
    for panel in axes.flat[len(kinds) :]:
        panel.axis("off")
    for panel in axes[:, 0]:
        panel.set_ylabel("Accuracy")
    if len(rows) > 1:
        handles = [Line2D([], [], color=r["colour"], label=r["title"]) for r in rows.values()]
        _style.legend_above(drawing, handles, size=9)
    return drawing
