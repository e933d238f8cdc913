"""What a curve of one variant's history shows."""

import numpy as np
import numpy.typing as npt

from study.claims.kinds import Column, Count, Epoch, Epochs, Experiment, Step, Variant
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


def relative_to_lowest(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    epoch: Epoch = None,
) -> Values:
    """A column's value in an epoch, or in the last, divided by its lowest value."""
    curve = results.curve(experiment, variant, column)
    place = curve.index[-1] if epoch is None else epoch
    if place not in curve.index:
        raise IncomparableError(
            f"the claim is about epoch {place}, {experiment}/{variant} has {curve.index[-1]}"
        )
    return [float(curve[place] / curve.min())]


def later_less_earlier(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    earlier: Epochs,
    later: Epochs,
) -> Values:
    """A column's mean over some epochs less its mean over earlier ones."""
    before, after = (
        results.curve(experiment, variant, column, window).mean() for window in (earlier, later)
    )
    return [float(after - before)]


def mean_of_last(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    column: Column,
    points: Count,
) -> Values:
    """A column's mean over the last points of the history."""
    history = results.of(results.histories, experiment, variant)
    values = history.groupby("step")[column].mean().dropna()
    if len(values) < points:
        raise IncomparableError(f"{experiment}/{variant} has {len(values)} points of {column}")
    return [float(values.iloc[-points:].mean())]


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


def gap_widening(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default", epoch: Epoch
) -> Values:
    """How much the gap of validation and training loss is wider in the ten epochs after one.

    The mean gap of the ten epochs after `epoch` less that of the ten epochs before, in units of
    twice their spread: the standard deviation of the gaps around the mean of their ten epochs.
    """
    gaps = _gaps(results, experiment, variant)
    if epoch is None or not 10 <= epoch <= len(gaps) - 10:
        raise IncomparableError(
            f"the claim needs ten epochs before and after epoch {epoch}, "
            f"{experiment}/{variant} has {len(gaps)}"
        )
    return [_widening(gaps[epoch - 10 : epoch], gaps[epoch : epoch + 10])]


def gap_widens_at(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """The first of the epochs 10, 20, 30 and so on whose `gap_widening` is above 1.

    Not a number if there is none.
    """
    gaps = _gaps(results, experiment, variant)
    places = range(10, len(gaps) - 9, 10)
    wider = (p for p in places if _widening(gaps[p - 10 : p], gaps[p : p + 10]) > 1)
    return [float(next(wider, np.nan))]


def _gaps(results: ClaimResults, experiment: str, variant: str) -> npt.NDArray[np.float64]:
    validation, training = (
        results.curve(experiment, variant, column) for column in ("val_loss", "loss")
    )
    return np.asarray(validation - training, np.float64)


def _widening(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> float:
    spread = np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2)
    return float((after.mean() - before.mean()) / (2 * spread))
