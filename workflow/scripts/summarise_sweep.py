"""Join the tables of a sweep, and take means over seeds."""

from typing import TYPE_CHECKING

import pandas as pd

from study.files import atomic
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

MEANS = ("loss", "calibration_error", "macro_f1", "last_val_loss", "last_val_accuracy")


def variants_of(runs: pd.DataFrame, axes: list[str]) -> pd.DataFrame:
    """A row a variant, in the order of the runs.

    Columns: the axes; `seeds`, how many; `accuracy`, the mean on the test split, with its standard
    deviation over seeds (empty for one seed), lowest and highest; means of other metrics;
    `parameter_count`; `train_seconds`, all seeds together.
    """
    groups = runs.groupby("variant", sort=False)
    columns = {axis: groups[axis].first() for axis in axes}
    columns["seeds"] = groups.size()
    for name, how in (("", "mean"), ("_deviation", "std"), ("_lowest", "min"), ("_highest", "max")):
        columns[f"accuracy{name}"] = groups["accuracy"].agg(how)
    columns |= {name: groups[name].mean() for name in MEANS if name in runs}
    columns["parameter_count"] = groups["parameter_count"].first()
    columns["train_seconds"] = groups["train_seconds"].sum()
    return pd.DataFrame(columns).reset_index()


if __name__ == "__main__":
    with job(snakemake):
        runs = pd.concat(map(pd.read_csv, snakemake.input.chunks), ignore_index=True)
        with atomic(snakemake.output.runs) as temporary:
            runs.to_csv(temporary, index=False)
        with atomic(snakemake.output.variants) as temporary:
            variants_of(runs, snakemake.params.axes).to_csv(temporary, index=False)
