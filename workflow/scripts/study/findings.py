"""What an experiment's tables say, in sentences for the report."""

import numpy as np
import pandas as pd

from study.style import short


def findings(
    runs: pd.DataFrame, history: pd.DataFrame, classes: pd.DataFrame, watched: bool
) -> list[str]:
    """Sentences on one experiment: accuracy, overfitting, the hardest class, calibration.

    Args:
        runs, history, classes: the experiment's rows of the tables, at least one run's.
        watched: whether validation values are of the test split.
    """
    means = runs.groupby("variant", sort=False)[["accuracy", "calibration_error"]].mean()
    best = str(means["accuracy"].idxmax())
    sentences = [_accuracy(runs, means["accuracy"], best)]
    rise = _overfitting(history, "loss on the test split" if watched else "validation loss")
    if rise:
        sentences.append(rise)
    own = classes[classes["variant"] == best].groupby("class", sort=False)["accuracy"].mean()
    hardest, easiest = str(own.idxmin()), str(own.idxmax())
    of_best = f" of {short(best)}" if len(means) > 1 else ""
    sentences.append(
        f"The hardest class{of_best} is {hardest}, of which {own[hardest]:.4f} is recognised; "
        f"the easiest is {easiest} with {own[easiest]:.4f}."
    )
    errors = means["calibration_error"]
    if len(means) > 1:
        low, high = str(errors.idxmin()), str(errors.idxmax())
        sentences.append(
            f"Confidence is off by {errors[low]:.4f} on average in {short(low)}, which has the "
            f"smallest expected calibration error, and by {errors[high]:.4f} in {short(high)}, "
            "which has the largest."
        )
    else:
        sentences.append(f"Confidence is off by {errors[best]:.4f} on average.")
    return sentences


def _accuracy(runs: pd.DataFrame, accuracy: "pd.Series[float]", best: str) -> str:
    seeds = runs.groupby("variant")["seed"].nunique().max()
    over = f", the mean over up to {seeds} seeds" if seeds > 1 else ""
    if len(accuracy) == 1:
        return f"The test accuracy is {accuracy[best]:.4f}{over}."
    worst = str(accuracy.idxmin())
    said = (
        f"The test accuracy runs from {accuracy[worst]:.4f} ({short(worst)}) to "
        f"{accuracy[best]:.4f} ({short(best)}){over}."
    )
    low = runs.loc[runs["variant"] == best, "accuracy_low"].min()
    near = [
        short(str(variant))
        for variant in accuracy.index
        if variant != best and runs.loc[runs["variant"] == variant, "accuracy_high"].max() >= low
    ]
    if near:
        return f"{said} The 95 % intervals of {_listed(near)} overlap with the best one's."
    return f"{said} No other variant's 95 % interval overlaps with the best one's."


def _overfitting(history: pd.DataFrame, loss: str) -> str:
    """Where the validation loss, called `loss`, rises most after its lowest point."""
    if not history["val_loss"].notna().any():
        return ""
    curves = history.pivot_table("val_loss", "epoch", "variant", sort=False).sort_index()
    lowest, last = curves.min(), curves.apply(lambda curve: curve.dropna().iloc[-1])
    rises = last / lowest - 1
    variant = str(rises.idxmax())
    rise = 100 * rises[variant]
    if rise < 1:
        return f"No variant's {loss} ends more than 1 % above its lowest point."
    epoch = int(np.nanargmin(curves[variant])) + 1
    which = f" of {short(variant)}, which rises most," if len(curves.columns) > 1 else ""
    return (
        f"The {loss}{which} is lowest in epoch {epoch} with {lowest[variant]:.4f}, and ends "
        f"{rise:.0f} % higher with {last[variant]:.4f}."
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
