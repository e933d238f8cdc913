"""Build a small model, feed it a batch of standard-normal numbers, and store what comes out."""

import csv
from typing import TYPE_CHECKING

import numpy as np

from study.files import atomic, write_json
from study.jobs import job
from study.training import backend
from study.training.layers import layer_table

if TYPE_CHECKING:
    from snakemake.script import snakemake


if __name__ == "__main__":
    with job(snakemake):
        settings = snakemake.params.settings
        backend.start("cpu", snakemake.threads)
        import keras

        from study import fitting_models

        keras.utils.set_random_seed(settings["seed"])
        shape = tuple(settings["input_shape"])
        who = {"experiment": "demonstrations", "variant": snakemake.params.demonstration}
        model = fitting_models.build({**settings, **who}, shape, settings["num_classes"])
        generator = np.random.default_rng(settings["seed"])
        batch = generator.standard_normal((settings["batch_size"], *shape), np.float32)
        outputs = np.asarray(model(batch, training=False))
        with atomic(snakemake.output.outputs) as temporary, temporary.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["example", *(f"class_{i}" for i in range(outputs.shape[1])), "sum"])
            writer.writerows(
                [i, *map(float, row), float(row.sum(dtype=np.float64))]
                for i, row in enumerate(outputs)
            )
        about = {
            "demonstration": snakemake.params.demonstration,
            "parameter_count": model.count_params(),
            "layers": layer_table(model),
        }
        write_json(snakemake.output.about, about)
