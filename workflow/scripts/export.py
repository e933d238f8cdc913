"""Export a run's model in a format, load it with the format's own runtime, and score it again."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import exports, prepared, stored_models
from study.evaluation import predictions
from study.files import atomic_folder, read_json, write_json
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        settings = read_json(snakemake.input.run)["settings"]
        dataset = prepared.load(snakemake.input.examples, snakemake.input.about)
        images, labels = dataset.part(settings["splits"]["test"])
        logits = predictions.load(snakemake.input.predictions, len(dataset.class_names)).logits
        # On the CPU, so that one format's time can be compared with another's.
        backend.start("cpu", snakemake.threads)
        from study.exports import _comparison

        name = snakemake.wildcards.format
        model = stored_models.load(
            Path(snakemake.input.model).parent, dataset.input_shape, len(dataset.class_names)
        )
        with atomic_folder(Path(snakemake.output.folder)) as folder:
            exports.module(name).write(model, dataset.class_names, folder)
            scores = _comparison.compare(
                exports.module(name).load(folder), images, labels, dataset.class_names, logits
            )
            about = {"format": exports.about(name)["TITLE"], "bytes": _comparison.size(folder)}
        write_json(snakemake.output.score, {**about, **scores})
