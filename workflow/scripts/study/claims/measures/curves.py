"""What a curve of one variant's history shows, the mean over seeds."""

import numpy as np

from study.claims.kinds import Column, Epochs, Experiment, Step, Variant
from study.claims.results import ClaimResults, IncomparableError, Values


def series(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """A column of the history, epoch by epoch."""
    return [float(value) for value in results.curve(experiment, variant, column, epochs)]


def best(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """The highest value of a column."""
    return [float(results.curve(experiment, variant, column, epochs).max())]


def lowest(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """The lowest value of a column."""
    return [float(results.curve(experiment, variant, column, epochs).min())]


def epoch_of_lowest(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """The 1-based epoch in which a column is lowest."""
    curve = results.curve(experiment, variant, column, epochs)
    return [float(np.asarray(curve.idxmin()))]


def at_step(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    step: Step,
) -> Values:
    """A column's value after a number of updates."""
    history = results.of(results.histories, experiment, variant)
    values = history.loc[history["step"] == step, column].dropna()
    if values.empty:
        raise IncomparableError(f"{experiment}/{variant} has no {column} after step {step}")
    return [float(values.mean())]


def final_gap(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """Validation loss less training loss in the last epoch."""
    validation, training = (
        results.curve(experiment, variant, column).iloc[-1] for column in ("val_loss", "loss")
    )
    return [float(validation - training)]
