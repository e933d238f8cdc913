"""Augment a few training images by each recipe of a study, to be looked at."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study import prepared
from study.families import AUGMENTATIONS
from study.files import atomic, write_json
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake

COUNT = 36
"""Images of each recipe."""


def augmented(images: npt.NDArray[np.uint8], recipe: list[dict[str, Any]]) -> npt.NDArray[np.uint8]:
    """Images as the first step of a run with seed 0 would see them.

    Args:
        images: uint8 (examples, height, width, channels).
        recipe: a run's `training.augmentation`.

    Returns:
        Images of the same shape, uint8.
    """
    import tensorflow as tf

    from study.training.outputs import scaled
    from study.training.randomness import Draw

    zero = tf.constant(0)
    draw = Draw(zero, zero, zero, tf.range(len(images)))
    changed = scaled(tf.constant(images))
    for place, own in enumerate(recipe):
        changed = AUGMENTATIONS.create(own)(changed, draw.of(f"augmentation {place}"))
    return np.asarray(tf.cast(tf.round(changed * 255), tf.uint8))


if __name__ == "__main__":
    with job(snakemake):
        files = zip(snakemake.input.examples, snakemake.input.about, strict=True)
        datasets = [prepared.load(examples, about) for examples, about in files]
        by_name = {dataset.about["name"]: dataset for dataset in datasets}
        backend.start("cpu", snakemake.threads)
        arrays: dict[str, Any] = {}
        for place, run in enumerate(snakemake.params.recipes):
            images = by_name[run["dataset"]].part(run["train"])[0][:COUNT]
            arrays[f"original_{place}"] = images
            arrays[f"augmented_{place}"] = augmented(images, run["augmentation"])
        with atomic(snakemake.output.arrays) as temporary:
            np.savez_compressed(temporary, **arrays)
        write_json(snakemake.output.about, {"recipes": snakemake.params.recipes})
