"""What curves of several variants show beside each other."""

import numpy as np

from study.claims.kinds import Column, Epochs, Experiment, Fraction, Variants
from study.claims.results import ClaimResults, IncomparableError, Values


def means(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variants: Variants,
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """A column's mean over some epochs, one value per variant."""
    curves = results.curves(experiment, variants, column, epochs)
    return [float(curve.mean()) for curve in curves]


def slopes(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variants: Variants,
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """A column's least-squares slope over some epochs, one value per variant."""
    curves = [curve.dropna() for curve in results.curves(experiment, variants, column, epochs)]
    if min(map(len, curves)) < 2:
        raise IncomparableError(f"a slope of {column} needs at least two epochs")
    return [float(np.polyfit(curve.index.to_numpy(float), curve, 1)[0]) for curve in curves]


def worst_less_last(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variants: Variants,
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """The lowest mean of all variants but the last, less the mean of the last."""
    *others, last = means(
        results, experiment=experiment, variants=variants, column=column, epochs=epochs
    )
    return [min(others) - last]


def relative_unsteadiness(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variants: Variants,
    column: Column,
    epochs: Epochs = None,
) -> Values:
    """The standard deviation of a column's changes from epoch to epoch, first variant to second."""
    first, second = (
        float(curve.diff().std())
        for curve in results.curves(experiment, variants[:2], column, epochs)
    )
    return [first / second if second else float("nan")]


def epochs_ahead(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variants: Variants,
    column: Column,
    fraction: Fraction,
) -> Values:
    """How many epochs after the others the last variant gets near its end.

    Near its end is a curve from the first epoch in which it has a fraction of its last value. The
    last variant's such epoch, less the latest of the others.
    """
    *others, last = (
        float(np.argmax(curve.to_numpy() >= fraction * curve.iloc[-1]))
        for curve in results.curves(experiment, variants, column)
    )
    return [last - max(others)]
