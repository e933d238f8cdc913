"""How far confidence can be trusted: accuracy against confidence, for each variant."""

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._tables import Rows, finished, first_variants, heading, of_variants
from study.results import Results

NEEDS = ("variants", "reliability")
SECTION = "predictions"
TITLE = "Reliability"
CAPTION = (
    "How often predictions of a given confidence are correct, in 15 bins of confidence. Dots below "
    "the dashed line are overconfident. A larger dot holds more of the test images; bars are 95 % "
    "intervals. ECE: expected calibration error. With several seeds, dots are means over seeds, "
    "intervals are those of one seed's images, and the ECE is the mean of the seeds' errors."
)
ORDER = 20

COLUMNS = 3


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment."""
    found = of_variants(results.table("reliability"))
    for experiment, every in finished(results.table("variants")).items():
        there = {name: row for name, row in every.items() if (experiment, name) in found}
        if not there:
            continue
        rows, note = first_variants(there)
        errors = (f"{row['title']} {row['calibration_error']:.4f}" for row in rows.values())
        yield Picture(
            name=experiment,
            draw=partial(draw, {name: found[experiment, name] for name in rows}, rows),
            alt=f"Reliability diagrams of {heading(rows)}: accuracy against confidence. Expected "
            f"calibration errors: {', '.join(errors)}.",
            note=note,
            about={"experiment": experiment},
        )


def draw(bins: Mapping[str, pd.DataFrame], rows: Rows) -> Figure:
    """One panel per variant; one dot per bin, its area by the bin's examples.

    Args:
        bins: by variant, its rows of the table of reliability.
        rows: the variants, of the table of variants.
    """
    columns = min(COLUMNS, len(bins))
    lines = math.ceil(len(bins) / columns)
    drawing, axes = _style.figure(0.5 + 2.5 * lines, lines, columns, squeeze=False, sharey=True)
    drawing.set_size_inches(2.4 * max(columns, 2), 0.5 + 2.5 * lines)
    for panel in axes.flat[len(bins) :]:
        panel.axis("off")
    for panel, (variant, table) in zip(axes.flat, bins.items(), strict=False):
        _panel(panel, table, rows[variant])
    drawing.supxlabel("Confidence: the predicted class's probability", fontsize=9)
    drawing.supylabel("Fraction of correct predictions", fontsize=9)
    return drawing


def _panel(panel: Any, table: pd.DataFrame, row: Mapping[str, Any]) -> None:
    panel.plot([0, 1], [0, 1], color=_style.GREY, lw=0.8, ls="dashed")
    panel.vlines(
        table["confidence"], table["accuracy_low"], table["accuracy_high"],
        color=row["colour"], lw=1,
    )  # fmt: skip
    panel.scatter(
        table["confidence"],
        table["accuracy"],
        12 + 160 * table["examples"] / table["examples"].sum(),
        color=row["colour"],
        zorder=3,
        clip_on=False,
    )
    panel.set_title(f"{row['title']}\nECE {row['calibration_error']:.4f}", fontsize=9)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    panel.tick_params(labelsize=8)
