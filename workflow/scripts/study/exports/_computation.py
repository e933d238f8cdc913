"""A trained model as one computation, from raw pixels to class ids and probabilities."""

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from study.files import read_json, write_json
from study.training.outputs import are_probabilities, scaled

IMAGES = "images"
"""The name of the input."""

LABELS = "labels.json"
"""The names of the classes, in the order of their ids, beside formats that have no texts."""


def computation(model: keras.Model, class_names: list[str] | None = None) -> Any:
    """A function of TensorFlow from images, uint8 (images, height, width, channels).

    It gives `class_id`, int32 (images,), and `probabilities`, float32 (images, classes). Keras'
    own `argmax` would do, but neither LiteRT nor ONNX has the operations that it is made of.

    Args:
        model: gives logits or probabilities.
        class_names: with them, it also gives the `label`, text (images,).
    """
    given = are_probabilities(model)
    signature = tf.TensorSpec([None, *model.input_shape[1:]], tf.uint8, name=IMAGES)

    @tf.function(input_signature=[signature])
    def classify(images: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs = tf.cast(model(scaled(images), training=False), tf.float32)
        ids = tf.argmax(outputs, axis=1, output_type=tf.int32)
        found = {"class_id": ids, "probabilities": outputs if given else tf.nn.softmax(outputs)}
        if class_names is not None:
            found["label"] = tf.gather(tf.constant(class_names), ids)
        return found

    return classify


def module(model: keras.Model, class_names: list[str] | None = None) -> tf.Module:
    """Something that TensorFlow can save or convert: :func:`computation` with the weights it uses.

    Not Keras' own `model.export`, whose SavedModel has each weight twice (Keras 3.15).
    """
    made = tf.Module()
    # TensorFlow's variables, not Keras': in C++, only these get their values back from the disk.
    made.weights = [variable.value for variable in model.variables]
    made.classify = computation(model, class_names)
    return made


def write_labels(class_names: list[str], folder: Path) -> None:
    """Put the names of the classes beside an export."""
    write_json(folder / LABELS, class_names)


def read_labels(folder: Path) -> list[str]:
    """The names of the classes that stand beside an export."""
    labels: list[str] = read_json(folder / LABELS)
    return labels
