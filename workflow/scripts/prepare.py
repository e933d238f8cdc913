"""Prepare a dataset for training: checked arrays in one order, class names, a fingerprint."""

from typing import TYPE_CHECKING

from study import doubtful_labels, prepared
from study.files import read_json
from study.jobs import job, logger

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        name, order = snakemake.params.dataset, snakemake.params.order
        arrays = prepared.load_arrays(snakemake.input.examples)
        known = read_json(snakemake.input.about)
        if order != "source":
            indices = {split: arrays[f"order_{order}_{split}"] for split in ("train", "test")}
            arrays = prepared.put_in_order(arrays, indices)
        prepared.check(arrays, known["class_names"], name)
        about = {
            "name": name,
            "public_name": known["origin"]["name"],
            "class_names": known["class_names"],
            "input_shape": list(arrays["train_images"].shape[1:]),
            "examples": {split: len(arrays[f"{split}_labels"]) for split in ("train", "test")},
            "doubtful_labels": doubtful_labels.find(
                known["origin"]["name"], arrays["test_images"], arrays["test_labels"]
            ),
            "fingerprint": prepared.fingerprint(arrays),
            "origin": {"source": snakemake.params.kind, "order": order, **known["origin"]},
        }
        prepared.save(snakemake.output.examples, snakemake.output.about, arrays, about)
        logger.info("%s: %s, fingerprint %s", name, about["examples"], about["fingerprint"])
