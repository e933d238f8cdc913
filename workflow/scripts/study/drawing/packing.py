"""A Keras model as numbers and a description that `templates/network.js` can compute.

Kernels and biases travel as float16. Their low bytes come first and then their high ones, which are
much alike, so that they compress better. What batch normalisation multiplies by and adds is worked
out here, in float32, and stands in the description.
"""

import base64
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError

if TYPE_CHECKING:
    import keras

Row = dict[str, Any]
Weights = npt.NDArray[np.float16]

ACTIVATIONS = (
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "softplus", "softsign", "sigmoid",
    "tanh", "exponential", "softmax",
)  # fmt: skip
"""Those that the page computes."""

NAMES = {
    "conv": "convolution",
    "depthwise": "depthwise convolution",
    "dense": "dense",
    "flatten": "flatten",
    "mean": "mean over the map",
    "norm": "batch normalisation",
    "scale": "rescaling",
}

PASSED = ("InputLayer", "Dropout", "SpatialDropout2D", "Identity")
"""Layers that do nothing once a model is trained."""


def described(model: "keras.Model") -> tuple[list[Row], list[Weights]]:
    """The layers of a model, and their weights in the same order.

    Args:
        model: sequential, of the layers that the page computes.

    Returns:
        Per layer `kind`, `name`, `activation` and what else its kind needs; and arrays, of which
        each layer has as many as its `shapes`.

    Raises:
        StudyError: naming the layer, if the page cannot compute it.
    """
    import keras

    if not isinstance(model, keras.Sequential):
        raise _unknown(model, "is not sequential")
    rows, arrays = [], []
    numbers: Counter[str] = Counter()
    for layer in model.layers:
        if type(layer).__name__ in PASSED:
            continue
        about, weights = _described(model, layer)
        activation = _activation(model, layer)
        name = activation.replace("_", " ") if about["kind"] == "activation" else _name(about)
        numbers[name] += 1
        rows.append({
            **about, "name": f"{name} {numbers[name]}", "activation": activation,
            "shapes": [list(weight.shape) for weight in weights],
        })  # fmt: skip
        arrays += [np.asarray(weight, np.float16) for weight in weights]
    return rows, arrays


def _name(about: Row) -> str:
    """What people call a layer: Keras' own names count all models of a process."""
    if about["kind"] == "pool":
        return {"max": "max-pooling", "average": "average pooling"}[about["pooling"]]
    return NAMES[about["kind"]]


def rounded(model: "keras.Model") -> "keras.Model":
    """The same model with the weights that the page has: kernels and biases rounded to float16."""
    for layer in model.layers:
        if type(layer).__name__ != "BatchNormalization":
            layer.set_weights([np.asarray(w, np.float16) for w in layer.get_weights()])
    return model


def packed(arrays: list[Weights]) -> str:
    """Arrays one after the other, compressed, in base64."""
    numbers = np.concatenate([array.ravel() for array in arrays]).astype("<f2")
    planes = numbers.view(np.uint8).reshape(-1, 2).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")


def _described(model: "keras.Model", layer: Any) -> tuple[Row, list[Any]]:
    """What a layer computes, and its weights as the page wants them."""
    kind = type(layer).__name__
    if kind == "Flatten":
        return {"kind": "flatten"}, []
    if kind == "Activation":
        return {"kind": "activation"}, []
    if kind == "GlobalAveragePooling2D" and not layer.keepdims:
        return {"kind": "mean"}, []
    if kind == "Rescaling" and isinstance(layer.scale, (int, float)):
        return {"kind": "scale", "scale": layer.scale, "offset": layer.offset}, []
    if kind == "Dense":
        return {"kind": "dense", "bias": layer.use_bias}, list(layer.get_weights())
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        size, name = tuple(layer.pool_size), kind.removesuffix("Pooling2D").lower()
        if size[0] != size[1] or tuple(layer.strides) != size or layer.padding != "valid":
            raise _unknown(model, "pools other windows than squares side by side", layer)
        return {"kind": "pool", "pooling": name, "size": size[0]}, []
    if kind == "BatchNormalization":
        if layer.axis not in (-1, len(layer.output.shape) - 1):
            raise _unknown(model, "normalises another axis than the last", layer)
        scale, shift = _scale_and_shift(layer)
        return {"kind": "norm", "scale": scale, "shift": shift}, []
    if kind in ("Conv2D", "DepthwiseConv2D"):
        plain = (layer.strides, layer.dilation_rate, getattr(layer, "groups", 1))
        if plain != ((1, 1), (1, 1), 1) or getattr(layer, "depth_multiplier", 1) != 1:
            raise _unknown(model, "has strides, dilation, groups or a multiplier", layer)
        if layer.padding not in ("same", "valid"):
            raise _unknown(model, f"has the padding {layer.padding}", layer)
        name = "conv" if kind == "Conv2D" else "depthwise"
        about = {"kind": name, "padding": layer.padding, "bias": layer.use_bias}
        return about, list(layer.get_weights())
    raise _unknown(model, f"is a {kind}", layer)


def _scale_and_shift(layer: Any) -> tuple[list[float], list[float]]:
    """What batch normalisation multiplies by and adds, once its statistics are fixed: float32."""
    mean, variance = (
        np.asarray(value, np.float64) for value in (layer.moving_mean, layer.moving_variance)
    )
    scale = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        scale = scale * np.asarray(layer.gamma, np.float64)
    shift = -mean * scale
    if layer.center:
        shift = shift + np.asarray(layer.beta, np.float64)
    return scale.astype(np.float32).tolist(), shift.astype(np.float32).tolist()


def _activation(model: "keras.Model", layer: Any) -> str:
    import keras

    function = getattr(layer, "activation", None)
    if function is None:
        return "linear"
    name = keras.activations.serialize(function)
    if name not in ACTIVATIONS:
        raise _unknown(model, f"has the activation {name}", layer)
    return str(name)


def _unknown(model: "keras.Model", problem: str, layer: Any = None) -> StudyError:
    of = f"the layer {layer.name} of the model {model.name}" if layer else f"the model {model.name}"
    return StudyError(f"the drawing page cannot compute {of}: it {problem}")
