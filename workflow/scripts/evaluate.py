"""Evaluate a chunk of runs from their stored predictions; no model and no TensorFlow."""

from typing import TYPE_CHECKING

from study.evaluation import chunk
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        chunk.evaluate(
            snakemake.input.records,
            snakemake.input.predictions,
            snakemake.input.histories,
            snakemake.input.datasets,
            snakemake.output.folder,
            detailed=snakemake.params.detailed,
        )
