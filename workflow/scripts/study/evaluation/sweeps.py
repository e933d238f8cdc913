"""The tables of a sweep: all its runs, and means over seeds."""

from collections.abc import Sequence

import pandas as pd

from study import tables
from study.evaluation.over_seeds import metric_means
from study.evaluation.summary import stacked


def runs_table(chunks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The finished runs of all chunks, one below the other."""
    return tables.arrange(stacked(chunks), "sweep_runs")


def variants_table(runs: pd.DataFrame, axes: Sequence[str]) -> pd.DataFrame:
    """One row per variant, in the order of the runs.

    Args:
        runs: the table of :func:`runs_table`.
        axes: the columns that the sweep varies. A setting that is not given is `none`.
    """
    groups = runs.groupby("variant", sort=False)
    varied = [axis for axis in axes if axis in runs]
    table = pd.DataFrame({axis: _named(groups[axis].first()) for axis in varied})
    table["seeds"] = groups.size()
    table = table.join(metric_means(groups))
    for column in ("last_val_loss", "last_val_accuracy"):
        table[column] = groups[column].mean()
    table["parameter_count"] = groups["parameter_count"].first()
    table["train_seconds"] = groups["train_seconds"].sum()
    measured = [column for column in tables.columns("sweep_variants") if column in table]
    table["experiment"] = groups["experiment"].first()
    return table.reset_index()[["experiment", "variant", *varied, *measured]]


def _named(values: "pd.Series[float] | pd.Series[str]") -> "pd.Series[float] | pd.Series[str]":
    """An axis whose missing values are `none`; numbers beside them are written as they read."""
    missing = values.isna() | (values == "")
    if not missing.any():
        return values
    return pd.Series(
        [
            "none" if no else f"{value:g}" if isinstance(value, float) else str(value)
            for value, no in zip(values, missing, strict=True)
        ],
        index=values.index,
    )
