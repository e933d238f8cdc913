"""Join the tables of a sweep's chunks, and take means over seeds."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import tables
from study.evaluation import sweeps
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        files = [Path(folder) / "runs.csv" for folder in snakemake.input.chunks]
        runs = sweeps.runs_table([tables.read(file) for file in files])
        tables.write(runs, snakemake.output.runs)
        tables.write(sweeps.variants_table(runs, snakemake.params.axes), snakemake.output.variants)
