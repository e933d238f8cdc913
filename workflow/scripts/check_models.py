"""Compare a dataset with everything that is trained on it, so that no run fails hours later.

Every model is built; the examples of splits, batches and illustrations must be there.
"""

from typing import TYPE_CHECKING

from study import fitting
from study.errors import StudyError
from study.files import read_json, write_json
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        about = read_json(snakemake.input.about)
        backend.start("cpu", snakemake.threads)
        from study import fitting_models

        classes = len(about["class_names"])
        wanted = snakemake.params.models
        found = [
            f"{row['experiment']}/{row['variant']}: {problem}"
            for row in wanted
            for problem in (
                *fitting.problems(row, about),
                *fitting.of_illustrations(row["illustrations"], row, about),
            )
        ]
        found += fitting_models.problems(wanted, tuple(about["input_shape"]), classes)
        if found:
            raise StudyError(
                f"the dataset {about['name']} and models do not fit:\n" + "\n".join(found)
            )
        write_json(snakemake.output.checked, {"models": wanted})
