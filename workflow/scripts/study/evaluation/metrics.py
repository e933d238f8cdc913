"""The metrics of a run on its test split: one function each.

To add a metric, write one function with the decorator `metric`. Its value becomes a column of
`runs.csv`, and its mean over seeds one of `variants.csv` and of the report's table of results.
"""

from collections.abc import Callable

import numpy as np

from study.evaluation.calibration import reliability
from study.evaluation.predictions import Predictions

Metric = Callable[[Predictions], float]

_METRICS: dict[str, tuple[str, str, Metric]] = {}


def metric(title: str, spec: str) -> Callable[[Metric], Metric]:
    """Register a metric under its function's name.

    Args:
        title: heading of its column in the report.
        spec: how the report writes it, a format specification such as `.4f`.
    """

    def register(function: Metric) -> Metric:
        _METRICS[function.__name__] = (title, spec, function)
        return function

    return register


def all() -> dict[str, tuple[str, str, Metric]]:
    """Each metric's title, format specification and function, by name, in the order below."""
    return dict(_METRICS)


@metric("accuracy", ".4f")
def accuracy(predictions: Predictions) -> float:
    """The fraction of examples whose class is predicted correctly."""
    return float(predictions.correct.mean())


@metric("accuracy without doubtful labels", ".4f")
def undoubted_accuracy(predictions: Predictions) -> float:
    """The accuracy on the examples whose labels no raters doubt; NaN if no label is doubted."""
    if not predictions.doubtful:
        return float("nan")
    return float(np.delete(predictions.correct, list(predictions.doubtful)).mean())


@metric("loss", ".4f")
def loss(predictions: Predictions) -> float:
    """The mean cross-entropy in nats."""
    return float(predictions.losses.mean())


@metric("calibration error", ".4f")
def calibration_error(predictions: Predictions) -> float:
    """The expected calibration error."""
    return reliability(predictions.confidences, predictions.correct).expected_calibration_error


@metric("temperature", ".3f")
def temperature(predictions: Predictions) -> float:
    """The temperature that fits validation images best; NaN without held-out validation images."""
    return predictions.temperature


@metric("calibration error at that temperature", ".4f")
def tempered_calibration_error(predictions: Predictions) -> float:
    """The expected calibration error of the logits divided by the temperature; NaN without."""
    tempered = predictions.tempered
    return calibration_error(tempered) if tempered else float("nan")


@metric("loss at that temperature", ".4f")
def tempered_loss(predictions: Predictions) -> float:
    """The mean cross-entropy in nats of the logits divided by the temperature; NaN without."""
    tempered = predictions.tempered
    return loss(tempered) if tempered else float("nan")


@metric("macro precision", ".4f")
def macro_precision(predictions: Predictions) -> float:
    """The mean precision of the classes that are predicted at all."""
    return float(np.nanmean(predictions.scores["precision"]))


@metric("macro recall", ".4f")
def macro_recall(predictions: Predictions) -> float:
    """The mean recall of the classes that have examples."""
    return float(np.nanmean(predictions.scores["recall"]))


@metric("macro F1", ".4f")
def macro_f1(predictions: Predictions) -> float:
    """The mean F1 of the classes that have examples or are predicted."""
    return float(np.nanmean(predictions.scores["f1"]))


@metric("accuracy with test-time augmentation", ".4f")
def augmented_accuracy(predictions: Predictions) -> float:
    """The accuracy of the mean prediction over several views of each example; NaN without."""
    if predictions.augmented is None:
        return float("nan")
    return float((predictions.augmented.argmax(axis=1) == predictions.labels).mean())
