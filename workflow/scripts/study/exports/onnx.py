"""ONNX, for ONNX Runtime and others in many languages."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.exports import Classify, Images, Predictions

if TYPE_CHECKING:
    import keras

TITLE = "ONNX"
FILE = "model.onnx"
EXTRAS = ("onnx", "onnxruntime", "tf2onnx")
PRECISIONS = ("float32",)

OPSET = 18
"""The version of ONNX's operations: the newest that tf2onnx 1.17 writes."""

LABELS = "class_names"
"""The key of the file's metadata that has the labels as JSON. Not every host can read metadata, so
they stand in a file beside it, too."""


def write(model: "keras.Model", class_names: list[str], folder: Path) -> None:
    """Export a model with its labels in the metadata and beside it; see :mod:`study.exports`."""
    import onnx
    import tf2onnx

    from study.exports import _computation

    classify = _computation.computation(model)
    converted, _ = tf2onnx.convert.from_function(
        classify, classify.input_signature, opset=OPSET, custom_op_handlers={"Erfc": (_erfc, [])}
    )
    entry = converted.metadata_props.add()
    entry.key, entry.value = LABELS, json.dumps(class_names)
    onnx.checker.check_model(converted)  # tf2onnx keeps what it cannot convert, and only logs it
    onnx.save(converted, folder / FILE)
    _computation.write_labels(class_names, folder)


def load(folder: Path) -> Classify:
    """Load an export with ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        folder / FILE, options, providers=["CPUExecutionProvider"]
    )
    labels = json.loads(session.get_modelmeta().custom_metadata_map[LABELS])

    def classify(images: Images) -> Predictions:
        ids, probabilities = session.run(["class_id", "probabilities"], {"images": images})
        return Predictions(ids, [labels[each] for each in ids], probabilities)

    return classify


def _erfc(context: Any, node: Any, name: str, _: Any) -> None:
    """Convert TensorFlow's Erfc, which Keras' exact GELU uses and ONNX lacks, as 1 - Erf."""
    import numpy as np

    inputs, outputs = list(node.input), list(node.output)
    kind, shape = context.get_dtype(outputs[0]), context.get_shape(outputs[0])
    context.remove_node(node.name)
    one = context.make_const(f"{name}_one", np.ones((), np.float32))
    erf = context.make_node("Erf", inputs)
    context.make_node(
        "Sub", [one.output[0], erf.output[0]], name=name,
        outputs=outputs, shapes=[shape], dtypes=[kind],
    )  # fmt: skip
