"""Write down the SHA-256 of everything that a study has published."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import manifest
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        folder = Path(snakemake.output.sums).parent
        manifest.write(folder, map(Path, snakemake.input))
