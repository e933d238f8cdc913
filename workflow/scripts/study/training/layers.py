"""What a model is made of, as a table: Keras' own summary leaves the activations out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def layer_table(model: "keras.Model") -> list[dict[str, Any]]:
    """One row per layer.

    Each with name, type, activation, output shape without the batch, number of parameters, and
    `details`: kernel or pool size, dropout rate, where the weights start from.
    """
    import keras

    return [
        {
            "name": layer.name,
            "type": type(layer).__name__,
            "activation": keras.activations.serialize(layer.activation)
            if getattr(layer, "activation", None)
            else "",
            "output_shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
            "details": _details(layer),
        }
        for layer in model.layers
    ]


def _details(layer: "keras.Layer") -> str:
    sizes = (getattr(layer, name, None) for name in ("kernel_size", "pool_size"))
    found = [" x ".join(map(str, size)) for size in sizes if size]
    if hasattr(layer, "padding"):
        found.append(layer.padding)
    if hasattr(layer, "rate"):
        found.append(f"rate {layer.rate}")
    if hasattr(layer, "kernel_initializer"):
        found.append(f"starts {type(layer.kernel_initializer).__name__}")
    return ", ".join(found)
