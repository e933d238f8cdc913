"""Tables of variants: means, and intervals, over the seeds that have finished."""

from typing import Any

import pandas as pd

from study import tables
from study.evaluation import metrics
from study.evaluation.intervals import wilson

VARIANT = ["experiment", "variant"]


def variants_table(runs: pd.DataFrame) -> pd.DataFrame:
    """One row per variant, means over its finished seeds; empty where there is none.

    The interval of the accuracy is that of one fraction of as many examples as the test split has:
    more seeds are more networks, but the images stay the same ones.
    """
    groups = runs.groupby(VARIANT, sort=False)
    titles = ["place", "colour", "experiment_title", "variant_title", "dataset_title", "model"]
    table = groups[titles].first()
    table["planned"] = groups.size()
    table["seeds"] = groups["status"].agg(_finished)
    table = table.join(metric_means(groups))
    table["last_ten_test_accuracy"] = groups["last_ten_test_accuracy"].mean()
    table["examples"] = groups["examples"].first()
    table["accuracy_low"], table["accuracy_high"] = wilson(table["accuracy"], table["examples"])
    table["parameter_count"] = groups["parameter_count"].first()
    for column in ("train_seconds", "images_seen", "cold_seconds", "warm_seconds"):
        table[column] = groups[column].mean()
    return tables.arrange(table.reset_index(), "variants")


def metric_means(groups: Any) -> pd.DataFrame:
    """Each metric's mean over the seeds of a group, and how the accuracy varies with the seed.

    Args:
        groups: the table of runs, grouped by variant.
    """
    means = {name: groups[name].mean() for name in metrics.all()}
    accuracy = groups["accuracy"]
    return pd.DataFrame(means).assign(
        accuracy_deviation=accuracy.std(),
        accuracy_lowest=accuracy.min(),
        accuracy_highest=accuracy.max(),
    )


def _finished(status: "pd.Series[str]") -> int:
    return int((status == "finished").sum())


def class_means_table(classes: pd.DataFrame) -> pd.DataFrame:
    """One row per class of a variant: the mean over seeds, with the interval of one seed's n."""
    keys = [*VARIANT, "class_id", "class"]
    groups = classes.groupby(keys, sort=False)
    table = pd.DataFrame(
        {
            "support": groups["support"].first(),
            "seeds": groups["seed"].nunique(),
            "accuracy": groups["accuracy"].mean(),
        }
    ).reset_index()
    table["accuracy_low"], table["accuracy_high"] = wilson(table["accuracy"], table["support"])
    return tables.arrange(table, "class_means")


def reliability_table(calibration: pd.DataFrame) -> pd.DataFrame:
    """One row per bin of a variant: examples per seed, and the confidence and accuracy of all."""
    keys = [*VARIANT, "low", "high"]
    weighted = calibration.assign(confidence=calibration["confidence"] * calibration["examples"])
    sums = weighted.groupby(keys)[["examples", "correct", "confidence"]].sum().reset_index()
    seeds = calibration.groupby(VARIANT)["seed"].nunique()
    of_variant = seeds.reindex(pd.MultiIndex.from_frame(sums[VARIANT])).to_numpy()
    table = sums[keys].assign(
        examples=sums["examples"] / of_variant,
        confidence=sums["confidence"] / sums["examples"],
        accuracy=sums["correct"] / sums["examples"],
    )
    table["accuracy_low"], table["accuracy_high"] = wilson(table["accuracy"], table["examples"])
    return tables.arrange(table, "reliability")
