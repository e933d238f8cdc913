"""Train runs, one after the other: each an experiment's variant with a seed."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import prepared
from study.jobs import job
from study.training.job import train_all
from study.training.run import RunToTrain

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        results = Path(snakemake.params.results)
        train_all(
            [
                RunToTrain(
                    **run,
                    folder=Path(history).parent,
                    results=results,
                    keep_end=bool(snakemake.resources.get("keep_end")),
                )
                # The histories of all runs come first among the outputs.
                for run, history in zip(snakemake.params.runs, snakemake.output, strict=False)
            ],
            prepared.load(snakemake.input.examples, snakemake.input.about),
            snakemake.threads,
        )
