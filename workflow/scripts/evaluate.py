"""Evaluate one run from its stored predictions; no model and no TensorFlow."""

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from study import calibration, statistics
from study.evaluation import evaluate
from study.files import read_json, write_json, write_text
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


MISTAKES = 24
"""How many of the worst mistakes of a run are listed."""


def to_csv(rows: list[list[Any]], header: list[str]) -> str:
    """Rows as CSV; an undefined number becomes an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value != value else value for value in row] for row in rows)
    return text.getvalue()


if __name__ == "__main__":
    with job(snakemake):
        with np.load(snakemake.input.predictions, allow_pickle=False) as stored:
            logits, labels = stored["logits"], stored["labels"]
        metrics, counts, reliability = evaluate(logits, labels)
        names = read_json(snakemake.input.about)["class_names"]
        by_class = statistics.per_class(counts)
        columns = list(by_class)
        values = zip(*(by_class[column].tolist() for column in columns), strict=True)
        write_json(snakemake.output.metrics, metrics)
        write_text(
            snakemake.output.classes,
            to_csv([[n, *v] for n, v in zip(names, values, strict=True)], ["class", *columns]),
        )
        shares = statistics.row_shares(counts)
        cells = [
            [true, predicted, int(counts[i, j]), float(shares[i, j])]
            for i, true in enumerate(names)
            for j, predicted in enumerate(names)
        ]
        write_text(
            snakemake.output.confusion, to_csv(cells, ["true", "predicted", "count", "share"])
        )
        write_text(
            snakemake.output.calibration,
            to_csv([list(row.values()) for row in reliability], list(reliability[0])),
        )
        worst = calibration.mistakes(calibration.probabilities(logits), labels, MISTAKES)
        write_text(
            snakemake.output.mistakes,
            to_csv(
                [
                    [i, names[true], names[predicted], *shares]
                    for i, true, predicted, *shares in worst
                ],
                ["index", "true", "predicted", "confidence", "true_share"],
            ),
        )
