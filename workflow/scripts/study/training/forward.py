"""A model's outputs in a training step: layer by layer, in faster forms where there are some."""

import itertools
import json
from collections.abc import Callable

import keras
import tensorflow as tf
from keras import layers

from study.training import dropout
from study.training.blocks import Block, is_block
from study.training.dropout import Masks, Step


class Forward:
    """How a training step computes a model's outputs.

    Args:
        model: any; a `Sequential` one is taken apart, another is called as a whole.
        blocks: whether to use the forms of :mod:`study.training.blocks`, which are for CPUs.

    Attributes:
        arranged: brings examples, (examples, *shape) of any dtype, into the order that calls take.
    """

    def __init__(self, model: keras.Model, blocks: bool) -> None:
        steps: list[Step] = []
        left = parts(model)
        first = Block(left[0], left[1]) if blocks and is_block(left) else None
        self.arranged: Callable[[tf.Tensor], tf.Tensor] = (
            first.windows if first and first.phased else tf.identity
        )
        masks = itertools.count()
        while left:
            if blocks and is_block(left):
                convolution, pooling, *left = left
                mask = next(masks) if left and dropout.is_computed(left[0]) else None
                left = left[mask is not None :]
                steps.append(Block(convolution, pooling, mask, arranged=not steps))
            elif dropout.is_computed(left[0]):
                steps.append(dropout.step(next(masks)))
                left.pop(0)
            else:
                steps.append(_layer(left.pop(0)))
        self.steps = steps

    def __call__(self, inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        """The outputs for a batch.

        Args:
            inputs: what :meth:`arranged` made of the examples.
            draw: int32 scalar; each step of a run has another, and with it other dropout masks.
            masks: what :func:`masks_of` gave.
        """
        for step in self.steps:
            inputs = step(inputs, draw, masks)
        return inputs


def masks_of(model: keras.Model) -> Masks:
    """The masks of the dropout layers that :class:`Forward` computes, in order."""
    return [dropout.mask(layer) for layer in parts(model) if dropout.is_computed(layer)]


def structure(model: keras.Model) -> str:
    """What of a model is compiled into a step.

    It is equal for models that differ only in seeds, dropout rates, names and initial weights.
    """
    if any(_draws_alone(layer) for layer in parts(model)):
        return f"{model.name} {id(model)}"
    kinds = []
    for layer in parts(model):
        config = {
            name: value
            for name, value in layer.get_config().items()
            if name not in ("name", "seed", "rate") and not name.endswith("_initializer")
        }
        kinds.append([type(layer).__name__, dropout.is_computed(layer), config])
    return json.dumps([model.input_shape, kinds], sort_keys=True, default=str)


def parts(model: keras.Model) -> list[keras.Layer]:
    """The layers of a `Sequential` model, or the model itself."""
    return list(model.layers) if isinstance(model, keras.Sequential) else [model]


def _layer(layer: keras.Layer) -> Step:
    """The layer itself.

    Keras draws random numbers from generators that count their calls; a counter set to the draw
    makes what a layer draws a function of (its seed, draw).
    """
    states = [(g.state, int(g.state[0])) for g in _generators(layer)]

    def step(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        for state, seed in states:
            state.assign(tf.stack([tf.constant(seed, state.dtype), tf.cast(draw, state.dtype)]))
        return layer(inputs, training=True)

    return step


def _generators(layer: keras.Layer) -> list[keras.random.SeedGenerator]:
    return [generator for part in layer._flatten_layers() for generator in part._seed_generators]


def _draws_alone(layer: keras.Layer) -> bool:
    """Whether a layer draws random numbers by itself, from a seed that is compiled in."""
    idle = type(layer) is layers.Dropout and layer.rate == 0
    return bool(_generators(layer)) and not dropout.is_computed(layer) and not idle
