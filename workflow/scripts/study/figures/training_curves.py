"""An experiment's training curves: loss and accuracy, training against validation."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.claims.published import published_curve
from study.figures import Picture, _published, _style
from study.figures._axes import log_ticks
from study.figures._curves import by_step, count_axis, curve, draw_curve, longest_first, watched
from study.figures._tables import Rows, finished, heading, sentences, titles
from study.results import Results

NEEDS = ("runs", "histories", "scorecard")
SECTION = "curves"
TITLE = "Training curves"
CAPTION = (
    "Loss (logarithmic axis) and accuracy during training. Solid lines: training, the mean over "
    "the batches since the point before, with dropout where the model has it. Dashed lines: the "
    "validation split, without dropout. With several seeds, lines are means and bands reach from "
    "the lowest to the highest seed."
)
ORDER = 10

PANELS = {"loss": "Cross-entropy loss (nats)", "accuracy": "Accuracy"}


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment."""
    histories = dict(list(results.table("histories").groupby("experiment", sort=False)))
    for experiment, rows in finished(results.table("runs")).items():
        if experiment not in histories:
            continue
        history = histories[experiment]
        split = watched(rows)
        yield Picture(
            name=experiment,
            draw=partial(draw, history, rows, results.table("scorecard")),
            alt=f"Line charts of loss and accuracy while training {heading(rows)}: {titles(rows)}. "
            "The values are in tables/histories.csv.",
            note=sentences(
                "The dashed lines are of the test split, which is watched but chooses nothing."
                if split == "test split"
                else "",
                "Solid lines of accuracy: the next training batch, without dropout."
                if by_step(history)
                else "",
            ),
            about={"experiment": experiment},
            size="static",
        )


def draw(history: pd.DataFrame, rows: Rows, scorecard: pd.DataFrame) -> Figure:
    """Two panels, one colour per variant.

    Args:
        history: rows of the table of histories, of one experiment.
        rows: its variants, of the table of runs.
        scorecard: the table of that name.
    """
    steps = by_step(history)
    drawing, axes = _style.figure(3.0, 1, 2)
    validated = any_published = False
    for panel, (measure, label) in zip(axes, PANELS.items(), strict=True):
        for variant, row in longest_first(history, rows):
            own = history[history["variant"] == variant]
            batch = measure == "accuracy" and own["batch_accuracy"].notna().any()
            trained = curve(own, "batch_accuracy" if batch else measure, steps)
            draw_curve(panel, trained, row["colour"])
            validation = curve(own, f"val_{measure}", steps)
            if len(validation):
                validated = True
                draw_curve(panel, validation, row["colour"], "dashed")
            for column in () if steps else (measure, f"val_{measure}"):
                claimed = published_curve(scorecard, str(row["experiment"]), variant, column)
                if len(claimed):
                    any_published = True
                    panel.plot(claimed, zorder=3, **_published.POINT)
        panel.set_ylabel(label)
        count_axis(panel, steps)
    axes[0].set_yscale("log")
    log_ticks(axes[0].yaxis, *axes[0].get_ylim())
    handles = [Line2D([], [], color=_style.GREY, label="training")]
    if validated:
        label = watched(rows) or "validation split"
        handles.append(Line2D([], [], color=_style.GREY, ls="dashed", label=label))
    if any_published:
        handles.append(_published.handle())
    if len(rows) > 1:
        handles += [
            Line2D([], [], color=row["colour"], lw=3, label=row["title"]) for row in rows.values()
        ]
    _style.legend_above(drawing, handles)
    return drawing
