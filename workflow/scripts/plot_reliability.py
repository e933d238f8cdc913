"""Draw how far confidence can be trusted: accuracy against confidence, for each variant."""

import csv
import math
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from study import calibration, statistics, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

COLUMNS = 3


def draw(variants: dict[str, calibration.Rows], colours: dict[str, str]) -> Figure:
    """A panel a variant: a dot a bin, its area by the bin's examples, with a 95 % interval.

    Args:
        variants: the table of :func:`study.calibration.reliability` of each.
        colours: by variant.
    """
    columns = min(COLUMNS, len(variants))
    rows = math.ceil(len(variants) / columns)
    drawing, axes = style.figure(0.5 + 2.5 * rows, rows, columns, squeeze=False, sharey=True)
    drawing.set_size_inches(2.4 * max(columns, 2), 0.5 + 2.5 * rows)
    for panel in axes.flat[len(variants) :]:
        panel.axis("off")
    for panel, (variant, table) in zip(axes.flat, variants.items(), strict=False):
        total = sum(row["examples"] for row in table)
        panel.plot([0, 1], [0, 1], color="#777777", lw=0.8, ls="dashed")
        for row in table:
            low, high = statistics.wilson_interval(row["right"], row["examples"])
            panel.plot([row["confidence"]] * 2, [low, high], color=colours[variant], lw=1)
        panel.scatter(
            [row["confidence"] for row in table],
            [row["right"] / row["examples"] for row in table],
            [12 + 160 * row["examples"] / total for row in table],
            color=colours[variant],
            zorder=3,
            clip_on=False,
        )
        error = calibration.expected_calibration_error(table)
        panel.set_title(f"{style.short(variant)}\nECE {error:.4f}", fontsize=9)
        panel.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
        panel.tick_params(labelsize=8)
    drawing.supxlabel("Confidence: the predicted class's probability", fontsize=9)
    drawing.supylabel("Share of right predictions", fontsize=9)
    return drawing


def read(file: str) -> calibration.Rows:
    """A run's table of calibration."""
    with open(file, newline="", encoding="utf-8") as text:
        return [
            {k: int(v) if k in ("examples", "right") else float(v) for k, v in row.items()}
            for row in csv.DictReader(text)
        ]


if __name__ == "__main__":
    with job(snakemake):
        tables: dict[str, dict[str, list[calibration.Rows]]] = defaultdict(dict)
        for file in snakemake.input.calibration:
            experiment, variant = Path(file).parts[-4:-2]
            tables[experiment].setdefault(variant, []).append(read(file))
        places = style.positions(snakemake.params.variants)
        for experiment, variants in tables.items():
            drawing = draw(
                {variant: calibration.pooled(seeds) for variant, seeds in variants.items()},
                {variant: style.colour(places[experiment, variant]) for variant in variants},
            )
            style.save_both(drawing, Path(snakemake.output.folder, experiment))
