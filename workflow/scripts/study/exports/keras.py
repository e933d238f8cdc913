"""A model of Keras in one file, to look into or to train further; needs its TensorFlow backend."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from study.exports import Classify, Images, Predictions

if TYPE_CHECKING:
    import keras

TITLE = "Keras"
FILE = "model.keras"
EXTRAS = ()
PRECISIONS = ("float32", "mixed_bfloat16")


def write(model: "keras.Model", class_names: list[str], folder: Path) -> None:
    """Export a model with its labels inside; see :mod:`study.exports`.

    The model itself is the layer `model` of the exported one.
    """
    import keras
    from keras import ops

    from study.exports._computation import IMAGES
    from study.training.outputs import are_probabilities

    images = keras.Input(model.input_shape[1:], dtype="uint8", name=IMAGES)
    outputs = model(ops.divide(ops.cast(images, "float32"), 255.0), training=False)
    outputs = ops.cast(outputs, "float32")
    ids = ops.argmax(outputs, axis=-1)
    label = keras.layers.StringLookup(vocabulary=class_names, num_oov_indices=0, invert=True)
    predictions = {
        "class_id": ids,
        "label": label(ids),
        "probabilities": outputs if are_probabilities(model) else ops.softmax(outputs),
    }
    keras.Model(images, predictions, name="classifier").save(folder / FILE)


def load(folder: Path) -> Classify:
    """Load an export with Keras."""
    import keras

    model = keras.saving.load_model(folder / FILE, compile=False)

    def classify(images: Images) -> Predictions:
        found = {name: np.asarray(value) for name, value in model(images, training=False).items()}
        labels = [label.decode() for label in found["label"]]
        return Predictions(found["class_id"], labels, found["probabilities"])

    return classify
