"""Show pictures to a study's trained models: a page and a table of their predictions."""

from pathlib import Path
from typing import TYPE_CHECKING

from study.files import keep_last
from study.jobs import job, logger
from study.prediction import asking, classifiers, predictions
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        pictures = Path(snakemake.params.pictures).expanduser()
        folder = Path(snakemake.output.page).parent
        results = folder.parents[1]
        asked = [classifiers.of_run(about, results) for about in snakemake.params.classifiers]
        from study.prediction import page

        backend.start("cpu", snakemake.threads)
        seen = predictions.of_files(asking.files_of(pictures), asked)
        page.write(folder, asking.name_of(pictures), seen, asked)
        keep_last(snakemake.output.page)
        for each in seen:
            if each.reason:
                logger.warning("%s: %s", each.file, each.reason)
