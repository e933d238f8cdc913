"""A model's outputs as logits, whatever it ends in; and refusing what training cannot compute.

Softmax and cross-entropy are one stable function of the logits; computed one after the other they
lose the gradient of every example that is badly wrong. So a softmax at a model's end is left out
while it is trained and evaluated, and is in place again in the saved model.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from study.errors import StudyError
from study.training import batch_norm
from study.training.forward import draws, is_used_at_several_places, parts

SMALLEST = 1e-7
"""Probabilities are clipped here before their logarithm is taken, as Keras does."""


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Pixels as models take them: uint8 0..255 becomes float32 0..1."""
    return tf.cast(images, tf.float32) / 255.0


@contextlib.contextmanager
def logits_of(model: keras.Model) -> Iterator[keras.Model]:
    """Let a model that ends in softmax give logits inside the block.

    The softmax may be the last layer's activation, a layer of its own, or stand at the end of a
    nested model. Where probabilities come about in another way, see :func:`are_probabilities`.
    """
    head = _last(model)
    if isinstance(head, layers.Softmax):
        # A layer without an activation to exchange: an attribute of the same name hides its method.
        object.__setattr__(head, "call", lambda inputs, mask=None: inputs)
        try:
            yield model
        finally:
            object.__delattr__(head, "call")
        return
    activation = getattr(head, "activation", None)
    if activation is not keras.activations.softmax:
        yield model
        return
    head.activation = keras.activations.linear
    try:
        yield model
    finally:
        head.activation = activation


def are_probabilities(model: keras.Model) -> bool:
    """Whether a model gives probabilities; call it inside :func:`logits_of`.

    That is seen from its outputs: of random images, each row is positive and sums to 1.
    """
    shape = (8, *model.input_shape[1:])
    images = np.random.default_rng(0).random(shape, np.float32)
    outputs = np.asarray(model(images, training=False), np.float64)
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=-1), 1, atol=1e-2))


def as_logits(outputs: tf.Tensor, probabilities: bool) -> tf.Tensor:
    """A model's outputs as float32 logits, (batch, classes).

    Args:
        outputs: logits or probabilities, (batch, classes).
        probabilities: whether they are probabilities. Softmax of their logarithms gives them back.
    """
    outputs = tf.cast(outputs, tf.float32)
    return tf.math.log(tf.clip_by_value(outputs, SMALLEST, 1.0)) if probabilities else outputs


def refuse_what_is_not_computed(model: keras.Model, classes: int) -> None:
    """Refuse a model that would be trained otherwise than Keras trains it.

    Args:
        model: built.
        classes: how many classes the dataset has.

    Raises:
        StudyError: naming the model, the layer and what to do.
    """
    if tuple(model.output_shape) != (None, classes):
        raise StudyError(
            f"the model {model.name} has outputs of shape {model.output_shape}, but must have one "
            f"per class, (None, {classes})"
        )
    head = _last(model)
    activation = getattr(head, "activation", None)
    if activation not in (None, keras.activations.linear, keras.activations.softmax):
        raise StudyError(
            f"the model {model.name} ends in {head.name} with the activation "
            f"{keras.activations.serialize(activation)}, whose outputs are neither logits nor "
            "probabilities; end it in a layer without an activation, or with softmax"
        )
    model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    for layer in model._flatten_layers():
        if getattr(layer, "activity_regularizer", None) is not None or layer._losses:
            raise StudyError(
                f"the layer {layer.name} of the model {model.name} adds a loss of its activity, "
                "which the training engine does not compute; regularise weights instead "
                "(kernel_regularizer)"
            )
        _refuse_state(layer, model)


def _refuse_state(layer: keras.Layer, model: keras.Model) -> None:
    """Refuse a layer that changes a state in training, if the engine does not compute it."""
    normalizes = isinstance(layer, layers.BatchNormalization) and layer.trainable
    if (normalizes or draws(layer)) and is_used_at_several_places(layer, model):
        raise StudyError(
            f"the model {model.name} uses the layer {layer.name} at several places, which the "
            f"training engine does not compute for {type(layer).__name__}; give each place a "
            "layer of its own"
        )
    if normalizes and not (batch_norm.is_computed(layer) and any(layer is p for p in parts(model))):
        raise StudyError(
            f"the training engine does not compute the layer {layer.name} of the model "
            f"{model.name}; it computes keras.layers.BatchNormalization over the last axis, "
            "neither synchronized nor with renorm, as a layer of the model itself or of a "
            "Sequential or functional model in it"
        )


def penalty(model: keras.Model) -> Any:
    """The sum of the weights' regularisation losses, a float32 scalar; None if there is none."""
    losses = [
        tf.cast(variable.regularizer(variable.value), tf.float32)
        for variable in model.trainable_variables
        if variable.regularizer is not None
    ]
    return tf.add_n(losses) if losses else None


def _last(model: keras.Layer) -> keras.Layer:
    """The layer that a model's outputs come from, also at the end of nested models."""
    while isinstance(model, keras.Model) and model.layers:
        if isinstance(model, keras.Sequential):
            model = model.layers[-1]
            continue
        made_by = getattr(model.outputs[0], "_keras_history", None) if model.outputs else None
        model = made_by.operation if made_by is not None else model.layers[-1]
    return model
