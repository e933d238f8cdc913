"""What an experiment's tables say, in sentences for the page."""

from collections.abc import Mapping

import pandas as pd

from study.words import listed

Watched = Mapping[str, bool]

OPEN = 0.01
"""A gap between the accuracies on training and validation images that counts as open."""

TOLD = 6
"""A sentence tells the gaps of no more variants than this."""


def findings(
    variants: pd.DataFrame,
    history: pd.DataFrame,
    classes: pd.DataFrame,
    comparisons: pd.DataFrame,
    watched: Watched,
    names: Mapping[str, str],
) -> list[str]:
    """Sentences on one experiment: accuracy, overfitting, the hardest class, calibration.

    Accuracies on different datasets are not comparable: an experiment on several of them has
    these sentences for each.

    Args:
        variants, history, classes, comparisons: the experiment's rows of the tables; the last one
            has pairs of its variants.
        watched: by variant, whether its validation values are of the test split.
        names: of variants, for people.
    """
    there = variants[variants["seeds"] > 0]
    groups = list(there.groupby("dataset_title", sort=False))
    sentences = []
    for dataset, own in groups:
        found = _on_one_dataset(own, history, classes, comparisons, watched, names)
        on = f"On {dataset}: " if len(groups) > 1 else ""
        sentences += [f"{on}{sentence[0].lower()}{sentence[1:]}" if on else sentence
                      for sentence in found]  # fmt: skip
    return sentences


def _on_one_dataset(
    variants: pd.DataFrame,
    history: pd.DataFrame,
    classes: pd.DataFrame,
    comparisons: pd.DataFrame,
    watched: Watched,
    names: Mapping[str, str],
) -> list[str]:
    table = variants.set_index("variant")
    best = str(table["accuracy"].idxmax())
    sentences = [
        _accuracy(table, best, names) + _lead(comparisons, best, list(table.index), names),
        _gap(history[history["variant"].isin(table.index)], watched, names),
        _overfitting(history[history["variant"].isin(table.index)], watched, names),
        _classes(classes[classes["variant"] == best], names[best] if len(table) > 1 else ""),
        _calibration(table, names),
    ]
    return [sentence for sentence in sentences if sentence]


def _accuracy(variants: pd.DataFrame, best: str, names: Mapping[str, str]) -> str:
    accuracy = variants["accuracy"]
    seeds = int(variants["seeds"].max())
    if len(variants) == 1:
        over = f", the mean over {seeds} seeds" if seeds > 1 else ""
        return f"The test accuracy is {accuracy[best]:.4f}{over}."
    most = "up to " if variants["seeds"].min() < seeds else ""
    over = f" (means over {most}{seeds} seeds)" if seeds > 1 else ""
    worst = str(accuracy.idxmin())
    return (
        f"The test accuracy ranges from {accuracy[worst]:.4f} for {names[worst]} to "
        f"{accuracy[best]:.4f} for {names[best]}{over}."
    )


def _lead(
    comparisons: pd.DataFrame, best: str, variants: list[str], names: Mapping[str, str]
) -> str:
    """Over which variants the best one's lead is uncertain, by the intervals of the differences."""
    is_of_best = (comparisons["variant"] == best) | (comparisons["other_variant"] == best)
    pairs = comparisons[is_of_best & comparisons["difference_low"].notna()]
    others = pairs["variant"].where(pairs["other_variant"] == best, pairs["other_variant"])
    uncertain = (pairs["difference_low"] <= 0) & (pairs["difference_high"] >= 0)
    compared = [name for name in variants if name in set(others)]
    near = [name for name in compared if name in set(others[uncertain])]
    told = near or compared
    if not told:
        return ""
    if len(told) == 1:
        verb = "includes 0" if near else "is above 0"
        return f" The 95 % interval of the best variant's lead over {names[told[0]]} {verb}."
    every = len(told) == len(variants) - 1
    which = "all others" if every else listed([names[name] for name in told])
    verb = "include 0" if near else "are above 0"
    return f" The 95 % intervals of the best variant's leads over {which} {verb}."


def _gap(history: pd.DataFrame, watched: Watched, names: Mapping[str, str]) -> str:
    """How far training accuracy ends above that on the validation split, and since when.

    Curves are means over seeds. A variant whose history has no validation is left out. Of many
    variants the ones with the largest and the smallest gap are told.
    """
    if "val_accuracy" not in history:
        return ""
    rows = history[history["val_accuracy"].notna() & history["accuracy"].notna()]
    means = rows.assign(gap=rows["accuracy"] - rows["val_accuracy"])
    curves = {
        str(name): curve.droplevel(0)
        for name, curve in means.groupby(["variant", "epoch"])["gap"].mean().groupby(level=0)
    }
    if not curves:
        return ""
    told = sorted(curves, key=lambda name: -float(curves[name].iloc[-1]))
    if len(told) > TOLD:
        told = [told[0], told[-1]]
    where = "the test split" if watched[told[0]] else "the validation split"
    parts = []
    for name in told:
        end = float(curves[name].iloc[-1])
        of = f" for {names[name]}" if len(curves) > 1 else ""
        parts.append(f"{abs(end):.4f} {'above' if end >= 0 else 'below'}{of}{_since(curves[name])}")
    several = " These are the extremes of all variants."
    return (
        f"Compared with the accuracy on {where}, training accuracy ends {listed(parts)}."
        f"{several if len(told) < len(curves) else ''}"
    )


def _since(gap: "pd.Series[float]") -> str:
    """Since which epoch a gap has stayed above :data:`OPEN`; "" if it is not open at the end."""
    is_closed = gap <= OPEN
    if is_closed.iloc[-1] or len(gap) < 2:
        return ""
    if not is_closed.any():
        return f" (above {OPEN} in all epochs)"
    last = int(str(gap.index[is_closed][-1]))
    return f" (above {OPEN} since epoch {last + 2})"


def _overfitting(history: pd.DataFrame, watched: Watched, names: Mapping[str, str]) -> str:
    """Where the loss on the validation split rises most after its lowest point.

    Curves are means over seeds, and end with the mean of their last tenth, since losses go up and
    down from epoch to epoch; one that is lowest there has not risen. A variant without validation
    is left out.
    """
    rows = history[history["val_loss"].notna()]
    means = rows.groupby(["variant", "epoch"], sort=True)["val_loss"].mean()
    curves = {str(name): curve.droplevel(0) for name, curve in means.groupby(level=0, sort=False)}
    ends = {name: curve.iloc[-max(1, len(curve) // 10) :] for name, curve in curves.items()}
    rises = {
        name: 0.0 if curve.idxmin() in ends[name].index else ends[name].mean() / curve.min() - 1
        for name, curve in curves.items()
        if curve.min() > 0
    }
    if not rises:
        return ""
    variant = max(rises, key=lambda name: rises[name])
    curve, end = curves[variant], ends[variant]
    loss = "loss on the test split" if watched[variant] else "validation loss"
    if rises[variant] < 0.01:
        one = f"The {loss} ends" if len(rises) == 1 else f"No variant's {loss} ends"
        return f"{one} {'at most' if len(rises) == 1 else 'more than'} 1 % above its lowest point."
    mean = ", averaged over seeds," if rows.duplicated(["variant", "epoch"]).any() else ""
    where = f"The {loss}{mean}"
    if len(rises) > 1:
        where += f" rises most for {names[variant]}: it"
    last = "" if len(end) == 1 else f"mean of the last {len(end)} epochs: "
    return (
        f"{where} is lowest after epoch {int(str(curve.idxmin())) + 1} ({curve.min():.4f}) "
        f"and ends {100 * rises[variant]:.0f} % higher ({last}{end.mean():.4f})."
    )


def _classes(classes: pd.DataFrame, of: str) -> str:
    accuracy = classes.groupby("class", sort=False)["accuracy"].mean().dropna()
    if len(accuracy) < 2:
        return ""
    hardest, easiest = str(accuracy.idxmin()), str(accuracy.idxmax())
    return (
        f"The hardest class{f' for {of}' if of else ''} is {hardest} with an accuracy of "
        f"{accuracy[hardest]:.4f}; the easiest is {easiest} with {accuracy[easiest]:.4f}."
    )


def _calibration(variants: pd.DataFrame, names: Mapping[str, str]) -> str:
    if "calibration_error" not in variants:
        return ""
    errors = variants["calibration_error"].dropna()
    if errors.empty:
        return ""
    if len(errors) == 1:
        return f"The expected calibration error is {errors.iloc[0]:.4f}."
    low, high = str(errors.idxmin()), str(errors.idxmax())
    return (
        f"The expected calibration error is smallest for {names[low]} "
        f"({errors[low]:.4f}) and largest for {names[high]} ({errors[high]:.4f})."
    )
