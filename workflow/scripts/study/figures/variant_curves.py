"""An experiment's learning curves, one panel per variant: where training and validation part."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.claims.published import published_curve
from study.figures import Picture, _published, _style
from study.figures._curves import by_step, count_axis, curve, draw_curve, watched
from study.figures._tables import Rows, finished, heading, titles
from study.results import Results

NEEDS = ("runs", "histories", "scorecard")
SECTION = "curves"
TITLE = "Each variant separately"
CAPTION = (
    "Accuracy during training, one panel per variant on the same axes. Solid lines: training "
    "images, with dropout where the model has it. Dashed lines: images that are not trained on. "
    "Shaded: the gap between them. Without dropout, it is what a network has learned about its "
    "training images only; dropout lowers the solid line. "
    "Pale lines: the other variants."
)
ORDER = 15

MOST_PANELS = 9
PALE = "#D5DAE1"


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment of several variants with a validation split."""
    histories = dict(list(results.table("histories").groupby("experiment", sort=False)))
    for experiment, every in finished(results.table("runs")).items():
        history = histories.get(experiment)
        if history is None or by_step(history):
            continue
        seen = set(history.loc[history["val_accuracy"].notna(), "variant"])
        rows = {name: row for name, row in every.items() if name in seen}
        if 1 < len(rows) <= MOST_PANELS:
            yield Picture(
                name=experiment,
                draw=partial(draw, history, rows, results.table("scorecard")),
                alt=f"Line charts of the accuracy while training {heading(rows)}, one for each of "
                f"{titles(rows)}. The values are in tables/histories.csv.",
                note=f"The dashed lines are of the {watched(rows)}.",
                about={"experiment": experiment},
                size="broad",
            )


def draw(history: pd.DataFrame, rows: Rows, scorecard: pd.DataFrame) -> Figure:
    """A panel per variant, in rows of three.

    Args:
        history: rows of the table of histories, of one experiment.
        rows: its variants, of the table of runs.
        scorecard: the table of that name.
    """
    across = 2 if len(rows) in (2, 4) else 3
    down = -(-len(rows) // across)
    drawing, axes = _style.figure(2.3 * down, down, across, squeeze=False, sharex=True, sharey=True)
    drawing.set_size_inches(_style.WIDTH * 1.3, 2.3 * down)
    trained = {v: curve(history[history["variant"] == v], "accuracy", False) for v in rows}
    unseen = {v: curve(history[history["variant"] == v], "val_accuracy", False) for v in rows}
    published = False
    for panel in axes.flat[len(rows) :]:
        panel.set_visible(False)
    for place, (panel, (variant, row)) in enumerate(zip(axes.flat, rows.items(), strict=False)):
        for other in rows:
            panel.plot(unseen[other]["mean"], color=PALE, lw=1, zorder=0)
        draw_curve(panel, trained[variant], row["colour"])
        draw_curve(panel, unseen[variant], row["colour"], "dashed")
        panel.fill_between(
            unseen[variant].index, unseen[variant]["mean"],
            trained[variant]["mean"].reindex(unseen[variant].index), color=row["colour"],
            alpha=0.12, lw=0,
        )  # fmt: skip
        for column in ("accuracy", "val_accuracy"):
            claimed = published_curve(scorecard, str(row["experiment"]), variant, column)
            if len(claimed):
                published = True
                panel.plot(claimed, zorder=3, **_published.POINT)
        panel.set_title(row["title"])
        count_axis(panel, steps=False)
        below = place + across < len(rows)
        panel.set_xlabel("" if below else "Epoch")
        panel.tick_params(labelbottom=not below)
        panel.set_ylabel("Accuracy" if place % across == 0 else "")
    ends = [float(c["mean"].iloc[-1]) for c in (*trained.values(), *unseen.values())]
    top = max(float(c["high"].max()) for c in (*trained.values(), *unseen.values()))
    axes[0, 0].set_ylim(max(0.0, min(ends) - 3 * (top - min(ends)) - 0.01), top + 0.005)
    handles = [
        Line2D([], [], color=_style.GREY, label="training"),
        Line2D([], [], color=_style.GREY, ls="dashed", label=watched(rows)),
        Line2D([], [], color=PALE, label=f"other variants, {watched(rows)}"),
    ]
    _style.legend_above(drawing, handles + ([_published.handle()] if published else []))
    return drawing
