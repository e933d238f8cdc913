"""What a run's stored predictions say; no model and no TensorFlow."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from study import calibration, statistics
from study.errors import StudyError


def identity(file: str) -> dict[str, Any]:
    """The run that a file belongs to, from the folders `<experiment>/<variant>/seed-<n>/`."""
    experiment, variant, seed = Path(file).parts[-4:-1]
    return {"experiment": experiment, "variant": variant, "seed": int(seed.removeprefix("seed-"))}


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
