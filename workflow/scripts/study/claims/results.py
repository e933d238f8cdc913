"""What claims are measured on: a study's tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from study import tables
from study.claims.kinds import Epochs
from study.results import Recorded, Results

Values = list[float]
"""What a measure gives: one number or several, in the order of the published ones."""


class IncomparableError(Exception):
    """A claim cannot be compared with the results; the message says why."""


@dataclass(frozen=True)
class ClaimResults:
    """The tables that measures read, see :mod:`study.columns`.

    Attributes:
        runs: has the planned runs too; their `status` is `missing`.
        histories, classes, layers, demonstrations, outputs, datasets, exports: the tables of those
            names.
        stored: what measures need besides tables.
    """

    runs: pd.DataFrame
    histories: pd.DataFrame
    classes: pd.DataFrame
    layers: pd.DataFrame
    demonstrations: pd.DataFrame
    outputs: pd.DataFrame
    datasets: pd.DataFrame
    exports: pd.DataFrame
    stored: Results = field(default_factory=lambda: Results({}))

    @classmethod
    def read(cls, stored: Results | None = None, **files: str) -> "ClaimResults":
        """Read the tables from their files; one keyword per attribute."""
        read = {name: tables.read(file) for name, file in files.items()}
        return cls(**read, stored=stored or Results({}))

    def of_seed(self, seed: int) -> "ClaimResults":
        """These results, as if no other seed had been run."""
        tables = ("runs", "histories", "classes", "exports")
        own = {name: getattr(self, name) for name in tables}
        return replace(self, **{name: table[table["seed"] == seed] for name, table in own.items()})

    def of(self, table: pd.DataFrame, experiment: str, variant: str) -> pd.DataFrame:
        """The rows of a table that belong to a variant, all seeds."""
        own = (table["experiment"] == experiment) & (table["variant"] == variant)
        rows: pd.DataFrame = table[own]
        return rows

    def finished(self, experiment: str, variant: str) -> pd.DataFrame:
        """The finished runs of a variant."""
        runs = self.of(self.runs, experiment, variant)
        return runs[runs["status"] == "finished"]

    def recorded(self, experiment: str, variant: str) -> list[Recorded]:
        """What happened inside the trained networks of a variant; empty if it was not recorded."""
        return [
            each
            for each in self.stored.activations()
            if (each.experiment, each.variant) == (experiment, variant) and each.about["trained"]
        ]

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
