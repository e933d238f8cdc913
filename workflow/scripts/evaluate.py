"""Evaluate one run from its stored predictions; no model and no TensorFlow."""

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study import calibration, statistics
from study.errors import StudyError
from study.files import read_json, write_json, write_text
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


MISTAKES = 24
"""How many of the worst mistakes of a run are listed."""


def evaluate(
    logits: npt.NDArray[np.float32], labels: npt.NDArray[np.int32]
) -> tuple[dict[str, Any], npt.NDArray[np.int64], calibration.Rows]:
    """The metrics of a run on its test split, its confusion matrix of counts, its calibration.

    Args:
        logits: (examples, classes).
        labels: (examples,), class ids.

    Returns:
        examples, accuracy with its 95 % interval (`accuracy_low`, `accuracy_high`), loss (mean
        cross-entropy in nats), expected calibration error, macro means of precision, recall and
        F1; the counts; and the table of :func:`study.calibration.reliability`.

    Raises:
        StudyError: if a logit is not finite.
    """
    if not np.isfinite(logits).all():
        raise StudyError("the predictions hold values that are not finite; train the run again")
    classes = logits.shape[1]
    predicted = logits.argmax(axis=1)
    counts = statistics.confusion_matrix(labels, predicted, classes)
    right = int(np.trace(counts))
    low, high = statistics.wilson_interval(right, len(labels))
    by_class = statistics.per_class(counts)
    confidences = calibration.probabilities(logits).max(axis=1)
    reliability = calibration.reliability(confidences, predicted == labels)
    metrics = {
        "examples": len(labels),
        "accuracy": right / len(labels),
        "accuracy_low": low,
        "accuracy_high": high,
        "loss": float(statistics.cross_entropies(logits, labels).mean()),
        "calibration_error": calibration.expected_calibration_error(reliability),
    }
    for name in ("precision", "recall", "f1"):
        defined = by_class[name][~np.isnan(by_class[name])]
        metrics[f"macro_{name}"] = float(defined.mean())
    return metrics, counts, reliability


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
