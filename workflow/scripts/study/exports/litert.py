"""LiteRT, which was TensorFlow Lite: for phones, browsers and small boards."""

from pathlib import Path
from typing import TYPE_CHECKING

from study.exports import Classify, Images, Predictions

if TYPE_CHECKING:
    import keras

TITLE = "LiteRT"
FILE = "model.tflite"
EXTRAS = ("ai_edge_litert",)
PRECISIONS = ("float32",)


def write(model: "keras.Model", class_names: list[str], folder: Path) -> None:
    """Export a model, with its labels beside it; see :mod:`study.exports`.

    Only LiteRT's own operations are allowed: with those of TensorFlow, a model needs a larger
    runtime, which many hosts do not have.
    """
    import tensorflow as tf

    from study.exports import _computation

    made = _computation.module(model)
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [made.classify.get_concrete_function()], made
    )
    (folder / FILE).write_bytes(converter.convert())
    _computation.write_labels(class_names, folder)


def load(folder: Path) -> Classify:
    """Load an export with LiteRT's own interpreter."""
    from ai_edge_litert.interpreter import Interpreter

    from study.exports import _computation

    classify_ids = Interpreter(str(folder / FILE), num_threads=1).get_signature_runner()
    labels = _computation.read_labels(folder)

    def classify(images: Images) -> Predictions:
        found = classify_ids(images=images)
        ids = found["class_id"]
        return Predictions(ids, [labels[each] for each in ids], found["probabilities"])

    return classify
