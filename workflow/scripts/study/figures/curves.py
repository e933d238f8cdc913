"""Single columns of the histories, one line per variant, in the ranges that the config names."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.claims.published import published_curve
from study.figures import Picture, _published, _style
from study.figures._curves import by_step, count_axis, curve, draw_curve, longest_first, watched
from study.figures._tables import Rows, finished, heading, records, titles
from study.results import Results
from study.words import spaced

NEEDS = ("runs", "histories", "curves", "scorecard")
SECTION = "curves"
TITLE = "Single curves"
CAPTION = (
    "One column of the training history, one line per variant, in the range that the config names. "
    "With several seeds, lines are means and bands reach from the lowest to the highest seed."
)
ORDER = 20

LABELS = {
    "loss": "Training loss (nats)",
    "accuracy": "Training accuracy",
    "batch_accuracy": "Accuracy on the next training batch",
    "val_loss": "Validation loss (nats)",
    "val_accuracy": "Validation accuracy",
}


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per curve of the config that has values."""
    histories = dict(list(results.table("histories").groupby("experiment", sort=False)))
    variants = finished(results.table("runs"))
    for wanted in records(results.table("curves")):
        experiment, column = str(wanted["experiment"]), str(wanted["column"])
        if experiment not in histories or experiment not in variants:
            continue
        history = histories[experiment]
        there = history.loc[history[column].notna(), "variant"].unique()
        rows = {name: row for name, row in variants[experiment].items() if name in there}
        if not rows:
            continue
        limits = (float(wanted["low"]), float(wanted["high"]))
        ranged = limits[0] == limits[0] and limits[1] == limits[1]  # NaN: as the data say
        label = label_of(column, rows)
        shown = f" The vertical axis goes from {limits[0]:g} to {limits[1]:g}." if ranged else ""
        yield Picture(
            name=f"{experiment}/{wanted['curve']}",
            draw=partial(
                draw, history, rows, column, limits if ranged else None, results.table("scorecard")
            ),
            alt=f"Line chart of {label[0].lower()}{label[1:]} while training {heading(rows)}: "
            f"{titles(rows)}. The values are in tables/histories.csv.",
            note=f"{spaced(str(wanted['curve'])).capitalize()}.{shown}",
            about={"experiment": experiment},
        )


def label_of(column: str, rows: Rows) -> str:
    """What a column holds, in words."""
    label = LABELS[column]
    if column.startswith("val_") and watched(rows) == "test split":
        return label.replace("Validation", "Test split, watched:")
    return label


def draw(
    history: pd.DataFrame,
    rows: Rows,
    column: str,
    limits: tuple[float, float] | None,
    scorecard: pd.DataFrame,
) -> Figure:
    """One panel.

    Args:
        history: rows of the table of histories, of one experiment.
        rows: the variants to draw, of the table of runs.
        column: of the history.
        limits: the lower and upper end of the vertical axis, or None for all that there is.
        scorecard: the table of that name.
    """
    steps = by_step(history)
    drawing, axes = _style.figure(3.4)
    handles = [Line2D([], [], color=r["colour"], lw=3, label=r["title"]) for r in rows.values()]
    handles = handles if len(rows) > 1 else []
    published = False
    for variant, row in longest_first(history, rows):
        own = history[history["variant"] == variant]
        draw_curve(axes, curve(own, column, steps), row["colour"])
        claimed = published_curve(scorecard, str(row["experiment"]), variant, column)
        if len(claimed) and not steps:
            published = True
            axes.plot(claimed, zorder=3, **_published.POINT)
    axes.set_ylabel(label_of(column, rows))
    count_axis(axes, steps)
    if limits:
        axes.set_ylim(*limits)
    if published:
        handles.append(_published.handle())
    if handles:
        _style.legend_above(drawing, handles)
    return drawing
