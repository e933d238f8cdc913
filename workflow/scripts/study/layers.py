"""What a model is made of, as a table: Keras' own summary leaves the activations out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def layer_table(model: "keras.Model") -> list[dict[str, Any]]:
    """The layers, one a row: name, type, activation, output shape without the batch, parameters."""
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
        }
        for layer in model.layers
    ]
