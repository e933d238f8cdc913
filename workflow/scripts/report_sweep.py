"""Put a sweep's pictures and tables into a page of its own."""

from typing import TYPE_CHECKING

from study import tables
from study.files import keep_last, read_json, write_text
from study.jobs import job
from study.report.sweep import render

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        page = render(
            name=snakemake.wildcards.sweep,
            title=snakemake.params.title,
            question=snakemake.params.question,
            runs=tables.read(snakemake.input.runs),
            variants=tables.read(snakemake.input.variants),
            missing=snakemake.params.missing,
            datasets=[read_json(file) for file in snakemake.input.datasets],
            dataset_titles=snakemake.params.dataset_titles,
            figure=snakemake.input.figure,
        )
        write_text(snakemake.output.html, page)
        keep_last(snakemake.output.html)
