"""Score the networks of an experiment on corrupted test images."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study import corruptions, prepared, stored_models
from study.files import read_json, write_text
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    import keras
    from snakemake.script import snakemake

IMAGES = 2000
"""Test images that are corrupted, at most, evenly spaced. The standard error of an accuracy of 0.9
is then 0.007."""

Row = dict[str, Any]


def scores(model: "keras.Model", images: dict[tuple[str, int], Any], labels: Any) -> list[Row]:
    """The accuracy of a model under each corruption.

    Args:
        model: maps float32 (batch, *shape) in [0, 1] to (batch, classes).
        images: uint8 (examples, *shape), by corruption and level.
        labels: int32 (examples,).
    """
    from study.training.evaluator import Evaluator
    from study.training.outputs import logits_of

    with logits_of(model):
        evaluator = Evaluator(model)
        return [
            {
                "corruption": corruptions.about(name).TITLE,
                "level": level,
                "strength": ("", *corruptions.about(name).STRENGTHS)[level],
                "examples": len(labels),
                "accuracy": float((evaluator.logits(shown).argmax(axis=1) == labels).mean()),
            }
            for (name, level), shown in images.items()
        ]


if __name__ == "__main__":
    with job(snakemake):
        read = [
            prepared.load(*files)
            for files in zip(snakemake.input.examples, snakemake.input.about, strict=True)
        ]
        datasets = {dataset.about["name"]: dataset for dataset in read}
        backend.start("cpu", snakemake.threads)
        corrupted: dict[tuple[str, str], Any] = {}
        rows: list[Row] = []
        for record in snakemake.input.records:
            run = read_json(record)
            where = run["settings"]["dataset"], run["settings"]["splits"]["test"]
            if where not in corrupted:
                images, labels = datasets[where[0]].part(where[1])
                some = np.linspace(0, len(labels) - 1, min(IMAGES, len(labels))).astype(int)
                every = {
                    (name, level): corruptions.corrupted(name, level, images[some])
                    for name in corruptions.names()
                    for level in (0, *corruptions.LEVELS)
                }
                corrupted[where] = every, labels[some]
            dataset = datasets[where[0]]
            model = stored_models.load(
                Path(record).parent, dataset.input_shape, len(dataset.class_names)
            )
            who = {key: run[key] for key in ("experiment", "variant", "seed")}
            rows += [{**who, **row} for row in scores(model, *corrupted[where])]
        table = io.StringIO()
        writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_text(snakemake.output.robustness, table.getvalue())
