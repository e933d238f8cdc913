"""Curves of the histories: one line per variant, with a band from the lowest to the highest seed.

These are groups of a few hundred rows: pandas takes milliseconds for what seaborn's `lineplot`
takes seconds for, and saves its import.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from study.figures._tables import Rows
from study.splits import are_of_test


def by_step(history: pd.DataFrame) -> bool:
    """Whether the rows of an experiment's histories are counted in steps instead of epochs."""
    return bool(history["batch_accuracy"].notna().any())


def curve(history: pd.DataFrame, column: str, steps: bool) -> pd.DataFrame:
    """A column over the epoch (from 1) or step: its mean over seeds, lowest and highest value.

    Args:
        history: rows of one variant.
        column: of the table of histories.
        steps: whether to count in steps.

    Returns:
        Columns mean, low, high, by epoch or step; no row where there is no finite value.
    """
    values = history[column].astype(float)
    values = values[np.isfinite(values)]
    places = history.loc[values.index, "step"] if steps else history.loc[values.index, "epoch"] + 1
    groups = values.groupby(places)
    return pd.DataFrame({"mean": groups.mean(), "low": groups.min(), "high": groups.max()})


def longest_first(history: pd.DataFrame, rows: Rows) -> list[tuple[str, dict[str, Any]]]:
    """Variants in the order in which to draw them.

    A longer training may begin with the very values of a shorter one, which then lies on top.
    """
    length = history.groupby("variant")["step"].max()
    there = [(variant, row) for variant, row in rows.items() if variant in length.index]
    return sorted(there, key=lambda item: -length[item[0]])


def count_axis(axes: Any, steps: bool) -> None:
    """A horizontal axis of whole steps or epochs."""
    axes.set_xlabel("Step" if steps else "Epoch")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def draw_curve(axes: Any, found: pd.DataFrame, colour: str, dashes: str = "solid") -> None:
    """Draw a curve, and its band where it has one."""
    x = found.index.to_numpy()
    few = "o" if len(x) < 3 else ""
    axes.plot(x, found["mean"].to_numpy(), color=colour, ls=dashes, lw=1.3, marker=few, ms=4)
    low, high = found["low"].to_numpy(), found["high"].to_numpy()
    if (low < high).any():
        axes.fill_between(x, low, high, color=colour, alpha=0.2, lw=0)


def watched(rows: Rows) -> str:
    """What the validation values of some variants are of, in words; "" if they have none."""
    of_test = {
        are_of_test(row["splits.validation"], row["splits.test"])
        for row in rows.values()
        if row["splits.validation"]
    }
    if not of_test:
        return ""
    if len(of_test) == 2:
        return "validation or test split"
    return "test split" if of_test.pop() else "validation split"
