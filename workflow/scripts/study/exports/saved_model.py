"""TensorFlow's SavedModel, for TensorFlow in any language and TensorFlow Serving."""

from pathlib import Path
from typing import TYPE_CHECKING

from study.exports import Classify, Images, Predictions

if TYPE_CHECKING:
    import keras

TITLE = "SavedModel"
FILE = "saved_model.pb"
EXTRAS = ()
PRECISIONS = ("float32", "mixed_bfloat16")


def write(model: "keras.Model", class_names: list[str], folder: Path) -> None:
    """Export a model with its labels inside; see :mod:`study.exports`."""
    import tensorflow as tf

    from study.exports import _computation

    made = _computation.module(model, class_names)
    tf.saved_model.save(made, str(folder), signatures=made.classify)


def load(folder: Path) -> Classify:
    """Load an export with TensorFlow."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(folder))

    def classify(images: Images) -> Predictions:
        found = loaded.signatures["serving_default"](images=tf.constant(images))
        labels = [label.decode() for label in found["label"].numpy()]
        return Predictions(found["class_id"].numpy(), labels, found["probabilities"].numpy())

    return classify
