"""Write the tables of a study, from the tables of its chunks and the plan of its runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from study import prepared, tables
from study.evaluation import summary
from study.files import read_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

MODEL = "model.json"


def tables_of(files: Any, params: Any) -> dict[str, pd.DataFrame]:
    """All tables by name, from the inputs and the parameters of the rule."""
    # The model of each demonstration lies beside its outputs; the folder's name says nothing.
    folders = [Path(file).parent for file in files.demonstrations if Path(file).name == MODEL]
    models = {folder: read_json(folder / MODEL) for folder in folders}
    names = {folder: model["demonstration"] for folder, model in models.items()}
    return summary.summarise(
        summary.read_chunks(files.chunks),
        params.plan,
        datasets=summary.datasets_table(
            [*map(prepared.load, files.examples, files.datasets)], params.dataset_titles
        ),
        curves=params.curves,
        known=params.known,
        robustness=summary.stacked([tables.read(file) for file in files.robustness]),
        exports=summary.exports_table(
            [*zip(params.exported, map(read_json, files.exports), strict=True)]
        ),
        demonstrations=params.demonstrations,
        models={names[folder]: models[folder] for folder in folders},
        outputs={names[folder]: pd.read_csv(folder / "outputs.csv") for folder in folders},
    )


if __name__ == "__main__":
    with job(snakemake):
        written = tables_of(snakemake.input, snakemake.params)
        for name, file in snakemake.output.items():
            tables.write(written[name], file)
