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
    "highest seed. Crosses are results published by others. Both axes are logarithmic, the "
    "vertical one in the error, 1 - accuracy."
)


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment of the frontier that asks how small a network can be."""
    experiments = results.table("experiments")
    for name in experiments.loc[experiments["frontier"] == "smallest", "experiment"]:
        variants, known = results.table("variants"), results.table("known")
        own = variants[(variants["experiment"] == name) & (variants["seeds"] > 0)]
        others = known[(known["experiment"] == name) & known["parameters"].notna()]
        if own.empty:
            continue
        best = own.loc[own["accuracy"].idxmax()]
        least = own.loc[own["parameter_count"].idxmin()]
        yield Picture(
            name=str(name),
            draw=partial(draw, own, others),
            alt=f"Test accuracy of {spaced(name)} against the number of parameters: from "
            f"{least['accuracy']:.4f} with {least['parameter_count']:,.0f} to "
            f"{best['accuracy']:.4f} with {best['parameter_count']:,.0f}. The values are in "
            "tables/variants.csv.",
            about={"experiment": str(name)},
        )


def draw(variants: pd.DataFrame, known: pd.DataFrame) -> Figure:
    """A curve over sizes, and crosses.

    Args:
        variants: finished, of one experiment; rows of the table of variants.
        known: rows of the table of known results that have a number of parameters.
    """
    own = variants.sort_values("parameter_count")
    least = 0.5 / own["examples"]  # half an image's error
    error, low, high = (
        (1 - own[column]).clip(lower=least)
        for column in ("accuracy", "accuracy_highest", "accuracy_lowest")
    )
    drawing, axes = _style.figure(3.6)
    axes.set(xscale="log", yscale="log", xlabel="Parameters", ylabel="Test accuracy (%)")
    axes.errorbar(
        own["parameter_count"], error, [(error - low).clip(0), (high - error).clip(0)],
        marker="o", ms=5, lw=1.5, color=_style.colour(0), capsize=2,
    )  # fmt: skip
    axes.plot(known["parameters"], 1 - known["accuracy"], "x", ms=8, mew=2, color=_style.GREY)
    errors = [*low, *high, *(1 - known["accuracy"])]
    error_axis(axes, min(errors), max(errors))
    sizes = [*own["parameter_count"], *known["parameters"]]
    axes.set_xlim(min(sizes) / 1.3, max(sizes) * 1.3)
    log_ticks(axes.xaxis, *axes.get_xlim())
    _style.legend_above(
        drawing,
        [
            Line2D([], [], marker="o", color=_style.colour(0), label="ours, mean over seeds"),
            Line2D([], [], marker="x", ls="", mew=2, color=_style.GREY, label="others"),
        ][: 1 + bool(len(known))],
    )
    return drawing
