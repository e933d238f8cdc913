"""Accuracies on the test split."""

from study.claims.kinds import Experiment, Variant, Variants
from study.claims.results import ClaimResults, Values


def test_accuracy(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",  # noqa: PT028, this is no test
) -> Values:
    """The accuracy on the test split."""
    return [float(results.finished(experiment, variant)["accuracy"].mean())]


def class_accuracy(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """The accuracy of each class, in the order of the class ids."""
    table = results.of(results.classes, experiment, variant)
    return [float(mean) for mean in table.groupby("class_id")["accuracy"].mean()]


def accuracy_gain(results: ClaimResults, *, experiment: Experiment, variants: Variants) -> Values:
    """The last variant's accuracy on the test split, less the first one's."""
    first, *_, last = (results.finished(experiment, v)["accuracy"].mean() for v in variants)
    return [float(last - first)]
