"""Accuracy against size, of experiments that ask how small a network can be."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.figures import Picture, _style
from study.figures._axes import error_axis, log_ticks
from study.results import Results
from study.words import spaced

NEEDS = ("variants", "experiments", "known")
SECTION = "runs"
TITLE = "Accuracy against size"
CAPTION = (
    "Mean test accuracy against the number of parameters; error bars span the lowest to the "
    "highest seed. A square is a single network with a recipe of its own. Crosses are results "
    "published by others. Both axes are logarithmic, the vertical one in the error, 1 - accuracy."
)


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment with networks of several sizes.

    An experiment with a single size is no curve: it is a square in the pictures of its dataset.
    """
    experiments, variants = results.table("experiments"), results.table("variants")
    known = results.table("known")
    asking = experiments.loc[experiments["frontier"] == "smallest", "experiment"]
    finished = variants[variants["experiment"].isin(asking) & (variants["seeds"] > 0)]
    sizes = finished.groupby("experiment")["parameter_count"].transform("nunique")
    single = finished[sizes == 1]
    for name, own in finished[sizes > 1].groupby("experiment", sort=False):
        best = own.iloc[own["accuracy"].argmax()]
        least = own.iloc[own["parameter_count"].argmin()]
        beside = single[single["dataset_title"] == best["dataset_title"]]
        shown = [name, *beside["experiment"]]
        others = known[known["experiment"].isin(shown) & known["parameters"].notna()]
        yield Picture(
            name=str(name),
            draw=partial(draw, own, beside, others),
            alt=f"Test accuracy of {spaced(str(name))} against the number of parameters: from "
            f"{least['accuracy']:.4f} with {least['parameter_count']:,.0f} to "
            f"{best['accuracy']:.4f} with {best['parameter_count']:,.0f}. The values are in "
            "tables/variants.csv.",
            about={"experiment": str(name)},
        )


def draw(curve: pd.DataFrame, single: pd.DataFrame, known: pd.DataFrame) -> Figure:
    """A curve over sizes, squares and crosses.

    Args:
        curve: finished, of one experiment; rows of the table of variants.
        single: rows of that table for networks that stand alone.
        known: rows of the table of known results that have a number of parameters.
    """
    drawing, axes = _style.figure(3.6)
    axes.set(xscale="log", yscale="log", xlabel="Parameters", ylabel="Test accuracy (%)")
    errors = list(1 - known["accuracy"])
    handles: list[Line2D] = []
    for rows, marker, line, label in (
        (curve, "o", 1.5, "ours, mean over seeds"),
        (single, "s", 0, "ours, a recipe of its own"),
    ):
        if rows.empty:
            continue
        rows = rows.sort_values("parameter_count")
        least = 0.5 / rows["examples"]  # half an image's error
        error, low, high = (
            (1 - rows[column]).clip(lower=least)
            for column in ("accuracy", "accuracy_highest", "accuracy_lowest")
        )
        shade = _style.colour(len(handles))
        axes.errorbar(
            rows["parameter_count"], error, [(error - low).clip(0), (high - error).clip(0)],
            marker=marker, ms=5, lw=line, elinewidth=1.5, color=shade, capsize=2,
        )  # fmt: skip
        errors += [*low, *high]
        handles.append(Line2D([], [], marker=marker, lw=line, color=shade, label=label))
    if len(known):
        axes.plot(known["parameters"], 1 - known["accuracy"], "x", ms=8, mew=2, color=_style.GREY)
        handles.append(Line2D([], [], marker="x", ls="", mew=2, color=_style.GREY, label="others"))
    error_axis(axes, min(errors), max(errors))
    sizes = pd.concat([curve["parameter_count"], single["parameter_count"], known["parameters"]])
    axes.set_xlim(sizes.min() / 1.3, sizes.max() * 1.3)
    log_ticks(axes.xaxis, *axes.get_xlim())
    _style.legend_above(drawing, handles)
    return drawing
