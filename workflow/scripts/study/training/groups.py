"""Groups of a model's weights, for learning rates and weight decay of their own."""

import keras
from keras import layers

GROUPS = ("kernels", "biases", "normalization", "head")
"""What the config can name: kernels and embeddings; biases and offsets; all weights of
normalisation layers; all weights of the last layer that has some. A weight may be in several."""

NORMALIZATIONS = (
    layers.BatchNormalization,
    layers.GroupNormalization,
    layers.LayerNormalization,
    layers.RMSNormalization,
    layers.UnitNormalization,
)


def groups(model: keras.Model) -> list[frozenset[str]]:
    """The groups of each of the model's trainable weights, in their order."""
    owners: dict[int, keras.Layer] = {}
    for layer in model._flatten_layers(include_self=False):
        if not isinstance(layer, keras.Model):
            owners |= {id(variable): layer for variable in layer.trainable_variables}
    head = owners[id(model.trainable_variables[-1])] if model.trainable_variables else None
    return [_of(variable, owners[id(variable)], head) for variable in model.trainable_variables]


def _of(variable: keras.Variable, layer: keras.Layer, head: keras.Layer) -> frozenset[str]:
    found = {"head"} if layer is head else set()
    if isinstance(layer, NORMALIZATIONS):
        found.add("normalization")
    if variable.name in ("bias", "beta"):
        found.add("biases")
    elif not isinstance(layer, NORMALIZATIONS):
        found.add("kernels")
    return frozenset(found)
