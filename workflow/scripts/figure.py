"""Draw all pictures of one kind of figure."""

from typing import TYPE_CHECKING

from study import figures
from study.jobs import job
from study.results import Results

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        results = Results(dict(snakemake.input.items()))
        figures.draw_all(snakemake.wildcards.figure, results, snakemake.output.folder)
