"""What a reloaded export gives."""

import pandas as pd

from study.claims.kinds import Experiment, Variant
from study.claims.results import ClaimResults, IncomparableError, Values

NEEDS = ("exports",)


def export_accuracy(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """The test accuracy of the reloaded exports, the mean over formats."""
    return [float(_exports(results, experiment, variant)["accuracy"].mean())]


def changed_predictions(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """How many test images a reloaded export puts into another class than the model itself.

    The largest number over formats.
    """
    return [float(_exports(results, experiment, variant)["different"].max())]


def _exports(results: ClaimResults, experiment: str, variant: str) -> pd.DataFrame:
    own = results.of(results.exports, experiment, variant)
    if own.empty:
        raise IncomparableError(f"{experiment}/{variant} was not exported")
    return own
