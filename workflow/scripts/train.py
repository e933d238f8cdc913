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
                    folder=results / "runs" / run["experiment"] / run["variant"]
                    / f"seed-{run['seed']}",
                    results=results,
                    keep_end=bool(snakemake.resources.get("keep_end")),
                )
                for run in snakemake.params.runs
            ],
            prepared.load(snakemake.input.examples, snakemake.input.about),
            snakemake.threads,
        )
