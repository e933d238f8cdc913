"""Export a run's model as a SavedModel with the preprocessing inside, reload it, score it again."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study import prepared
from study.errors import StudyError
from study.files import read_json, write_json
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake


def export(model_file: str, folder: str) -> None:
    """Save a model that takes raw images and returns class ids.

    Its signature: uint8 (examples, height, width, channels), any sizes, to int64 (examples,). The
    image's size must still be the one that the model was trained on.
    """
    import keras
    import tensorflow as tf

    from study.training.outputs import scaled

    model = keras.saving.load_model(model_file, compile=False)

    class Classifier(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        @tf.function(input_signature=[tf.TensorSpec([None, None, None, None], tf.uint8)])
        def __call__(self, images: Any) -> Any:
            shaped = tf.ensure_shape(images, [None, *model.input_shape[1:]])
            return tf.argmax(self.model(scaled(shaped), training=False), axis=1)

    classifier = Classifier()
    tf.saved_model.save(classifier, folder, signatures=classifier.__call__)


def score(folder: str, images: Any, labels: Any, batch_size: int = 500) -> tuple[Any, float]:
    """Load a SavedModel and let it classify raw images: the class ids, and the accuracy."""
    import tensorflow as tf

    classify = tf.saved_model.load(folder)
    starts = range(0, len(images), batch_size)
    ids = np.concatenate([classify(tf.constant(images[i : i + batch_size])) for i in starts])
    return ids, float((ids == labels).mean())


if __name__ == "__main__":
    with job(snakemake):
        settings = read_json(snakemake.input.run)["settings"]
        dataset = prepared.load(snakemake.input.examples, snakemake.input.about)
        backend.start(settings["device"], snakemake.threads, settings["precision"])
        folder = Path(snakemake.output.saved_model)
        shutil.rmtree(folder, ignore_errors=True)
        export(snakemake.input.model, str(folder))
        images, labels = dataset.part(settings["splits"]["test"])
        ids, accuracy = score(str(folder), images, labels)
        with np.load(snakemake.input.predictions, allow_pickle=False) as stored:
            different = int((stored["logits"].argmax(axis=1) != ids).sum())
        # Rounding may flip an example whose two best classes are equal but for the last bits.
        if different > len(labels) / 1000:
            raise StudyError(
                f"the reloaded SavedModel classifies {different} of {len(labels)} test images "
                "otherwise than the model that was trained; it must not be used"
            )
        result = {"accuracy": accuracy, "examples": len(labels), "different": different}
        write_json(snakemake.output.score, result)
