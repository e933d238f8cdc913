"""Write a page on which one draws, and sees what a study's trained models make of it."""

from pathlib import Path
from typing import TYPE_CHECKING

from study.files import keep_last, write_text
from study.jobs import job
from study.prediction import classifiers
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        file = Path(snakemake.output.page)
        asked = [classifiers.of_run(a, file.parents[1]) for a in snakemake.params.classifiers]
        backend.start("cpu", snakemake.threads)
        from study.drawing import page

        write_text(file, page.render(page.title(asked), asked))
        keep_last(file)
