"""Fetch a dataset from its source: plain arrays, once per set, whatever orders are asked for."""

from pathlib import Path
from typing import TYPE_CHECKING

from study import datasets, prepared
from study.files import scratch_folder, write_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        output = snakemake.output
        with scratch_folder(Path(output.examples).parent, "scratch") as scratch:
            loaded = datasets.load(snakemake.params.kind, scratch, **snakemake.params.options)
        orders = {
            f"order_{order}_{split}": indices
            for order, splits in loaded.orders.items()
            for split, indices in splits.items()
        }
        prepared.save_arrays(output.examples, {**loaded.arrays, **orders})
        write_json(output.about, {"class_names": loaded.class_names, "origin": loaded.origin})
