"""Put tables, pictures and interactive charts into the study's page."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import tables
from study.files import keep_last, write_text
from study.jobs import job
from study.report import environment
from study.report.page import TABLES, render

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        page = render(
            snakemake.params.title,
            snakemake.params.study,
            {name: tables.read(snakemake.input[name]) for name in TABLES},
            snakemake.input.figures,
            snakemake.params.lessons,
            snakemake.params.models,
            environment.commit(Path(snakemake.scriptdir)),
        )
        write_text(snakemake.output.html, page)
        keep_last(snakemake.output.html)
