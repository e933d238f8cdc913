"""Write the model card of each variant."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import tables
from study.files import make_folder
from study.jobs import job
from study.report import cards

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        folder = Path(snakemake.output.folder)
        make_folder(folder)
        cards.write({name: tables.read(snakemake.input[name]) for name in cards.TABLES}, folder)
