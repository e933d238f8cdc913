"""Draw the test images that each variant got wrong with the highest confidence."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import datasets, style
from study.files import read_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

COLUMNS = 8

Mistake = dict[str, str]


def draw(
    variants: dict[str, list[Mistake]],
    images: dict[str, npt.NDArray[np.uint8]],
    colours: dict[str, str],
) -> Figure:
    """A block a variant: each image under its true class, the predicted one, and the confidence.

    Args:
        variants: the worst mistakes of each, the worst first; the first :data:`COLUMNS` are drawn.
        images: uint8 (examples, height, width, 1 or 3), by variant the images of its test split.
        colours: by variant.
    """
    drawing, axes = style.figure(0.2 + 1.38 * len(variants), len(variants), 1, squeeze=False)
    for panel, (variant, rows) in zip(axes[:, 0], variants.items(), strict=True):
        panel.axis("off")
        panel.set_title(style.short(variant), color=colours[variant], fontsize=10)
        shown = rows[:COLUMNS]
        if not shown:
            panel.text(0, 0.5, "no mistake", transform=panel.transAxes)
            continue
        some = images[variant][[int(row["index"]) for row in shown]]
        padding = np.zeros((COLUMNS - len(some), *some.shape[1:]), np.uint8)
        style.show_examples(
            panel,
            np.concatenate([some, padding]),
            [f"{r['true']}\n\u2192 {r['predicted']}\n{float(r['confidence']):.3f}" for r in shown],
            COLUMNS,
            size=6.5,
        )
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        prepared = {
            Path(examples).parent.name: datasets.load(examples, about)
            for examples, about in zip(snakemake.input.examples, snakemake.input.about, strict=True)
        }
        mistakes: dict[str, dict[str, list[Mistake]]] = defaultdict(dict)
        images: dict[str, dict[str, npt.NDArray[np.uint8]]] = defaultdict(dict)
        for file, record in zip(snakemake.input.mistakes, snakemake.input.records, strict=True):
            experiment, variant = Path(file).parts[-4:-2]
            if variant not in mistakes[experiment]:  # the first seed stands for the variant
                settings = read_json(record)["settings"]
                with open(file, newline="", encoding="utf-8") as text:
                    mistakes[experiment][variant] = list(csv.DictReader(text))
                part = prepared[settings["dataset"]].part(settings["splits"]["test"])
                images[experiment][variant] = part[0]
        places = style.positions(snakemake.params.variants)
        for experiment, variants in mistakes.items():
            colours = {v: style.colour(places[experiment, v]) for v in variants}
            drawing = draw(variants, images[experiment], colours)
            style.save_both(drawing, Path(snakemake.output.folder, experiment))
