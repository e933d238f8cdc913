"""What claims are measured on: a study's tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from study import tables
from study.claims.kinds import Epochs

Values = list[float]
"""What a measure gives: one number or several, in the order of the published ones."""


class IncomparableError(Exception):
    """A claim cannot be held against the results; the message says why."""


@dataclass(frozen=True)
class ClaimResults:
    """The tables that measures read, see :mod:`study.columns`.

    Attributes:
        runs: has the planned runs too; their `status` is `missing`.
        histories, classes, layers, demonstrations, outputs: the tables of those names.
    """

    runs: pd.DataFrame
    histories: pd.DataFrame
    classes: pd.DataFrame
    layers: pd.DataFrame
    demonstrations: pd.DataFrame
    outputs: pd.DataFrame

    @classmethod
    def read(cls, **files: str) -> "ClaimResults":
        """Read the tables from their files; one keyword per attribute."""
        return cls(**{name: tables.read(file) for name, file in files.items()})

    def of_seed(self, seed: int) -> "ClaimResults":
        """These results, as if no other seed had been run."""
        tables = ("runs", "histories", "classes")
        own = {name: getattr(self, name) for name in tables}
        return replace(self, **{name: table[table["seed"] == seed] for name, table in own.items()})

    def of(self, table: pd.DataFrame, experiment: str, variant: str) -> pd.DataFrame:
        """The rows of a table that belong to a variant, all seeds."""
        own = (table["experiment"] == experiment) & (table["variant"] == variant)
        rows: pd.DataFrame = table[own]
        return rows

    def finished(self, experiment: str, variant: str) -> pd.DataFrame:
        """The finished runs of a variant, at least one."""
        runs = self.of(self.runs, experiment, variant)
        return runs[runs["status"] == "finished"]

    def curve(
        self, experiment: str, variant: str, column: str, epochs: Epochs = None
    ) -> "pd.Series[float]":
        """A column of the history by 1-based epoch, the mean over seeds.

        Args:
            experiment, variant: whose history.
            column: which column.
            epochs: the first and the last epoch; None: all that the run has.

        Raises:
            IncomparableError: if the history has no such values, or ends before the last epoch.
        """
        history = self.of(self.histories, experiment, variant)
        curve = history.groupby(history["epoch"] + 1)[column].mean()
        if curve.isna().all():
            raise IncomparableError(f"{experiment}/{variant} has no {column}")
        if epochs is None:
            return curve
        first, last = epochs
        if last > curve.index[-1]:
            raise IncomparableError(
                f"the claim is about epochs {first} to {last}, "
                f"{experiment}/{variant} has {curve.index[-1]}"
            )
        return curve.loc[first:last]

    def curves(
        self, experiment: str, variants: Sequence[str], column: str, epochs: Epochs = None
    ) -> "list[pd.Series[float]]":
        """The curve of each variant."""
        return [self.curve(experiment, variant, column, epochs) for variant in variants]
