"""A model's outputs in a training step: layer by layer, in faster forms where there are some."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf
from keras import layers
from keras.src.models import Functional

from study.training import activations, batch_norm, dropout
from study.training.batch_norm import BatchNorm
from study.training.blocks import Block, is_block
from study.training.dropout import Masks, Step


class Forward:
    """How a training step computes a model's outputs.

    Args:
        model: any; `Sequential` and functional ones are taken apart, another is called as a whole.
        blocks: whether to use the forms of :mod:`study.training.blocks`, which are for CPUs.
        arranges: whether examples are brought into the first block's order once, before training;
            not possible where each step changes its images.
        drops: whether dropout is on.

    Attributes:
        arranged: brings examples, (examples, *shape) of any dtype, into the order that calls take.
    """

    def __init__(
        self, model: keras.Model, blocks: bool, arranges: bool = True, drops: bool = True
    ) -> None:
        self.blocks = blocks
        self.drops = drops
        self.norms: list[BatchNorm] = []
        self.arranged: Callable[[tf.Tensor], tf.Tensor] = tf.identity
        left = list(model.layers) if isinstance(model, keras.Sequential) else [model]
        if arranges and blocks and is_block(left):
            first = Block(left[0], left[1])
            self.arranged = first.windows if first.phased else tf.identity
        self._masks = itertools.count()
        self._step = self._of(model, arranged=arranges)

    def __call__(self, inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        """The outputs for a batch.

        Args:
            inputs: what :meth:`arranged` made of the examples.
            draw: int32 scalar; each step of a run has another, and with it other dropout masks.
            masks: what :func:`masks_of` gave.
        """
        return self._step(inputs, draw, masks)

    @property
    def statistics(self) -> list[tf.Tensor]:
        """Mean and variance that each batch normalisation had in the last call, float32 each."""
        return [value for norm in self.norms for value in norm.statistics]

    def count(self, statistics: list[tf.Tensor]) -> None:
        """Move the moving statistics of batch normalisation towards those of a batch."""
        for norm, mean, variance in zip(self.norms, statistics[::2], statistics[1::2], strict=True):
            norm.count(mean, variance)

    def _of(self, layer: keras.Layer, arranged: bool = False) -> Step:
        """The step of a layer, or of all layers of a model."""
        if isinstance(layer, keras.Sequential):
            return self._chain(list(layer.layers), arranged)
        if type(layer) in (Functional, keras.Model):
            return self._graph(layer)
        if dropout.is_computed(layer):
            mask = next(self._masks)
            return dropout.step(mask) if self.drops else _unchanged
        if batch_norm.is_computed(layer):
            self.norms.append(BatchNorm(layer, self.blocks))
            return self.norms[-1]
        if self.blocks and activations.is_computed(layer):
            return activations.step(layer)
        return _layer(layer, self.drops)

    def _chain(self, left: list[keras.Layer], arranged: bool) -> Step:
        steps: list[Step] = []
        while left:
            if self.blocks and is_block(left):
                convolution, pooling, *left = left
                mask = None
                if self.drops and left and dropout.is_computed(left[0]):
                    mask = next(self._masks)
                    left.pop(0)
                steps.append(Block(convolution, pooling, mask, arranged and not steps))
            else:
                steps.append(self._of(left.pop(0)))

        def chained(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
            for step in steps:
                inputs = step(inputs, draw, masks)
            return inputs

        return chained

    def _graph(self, model: Any) -> Step:
        steps = {id(layer): self._of(layer) for layer in model.layers if is_used_once(layer, model)}
        others = {
            id(layer): _call(layer, self.drops) for layer in model.layers if id(layer) not in steps
        }

        def walked(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
            def operation(layer: Any) -> Any:
                if id(layer) in steps:
                    return lambda values, **_: steps[id(layer)](values, draw, masks)
                if id(layer) in others:
                    return partial(others[id(layer)], draw)
                return layer  # an operation without weights, as `keras.ops` has them

            return model._run_through_graph(inputs, operation_fn=operation)

        return walked


def masks_of(model: keras.Model) -> Masks:
    """The masks of the dropout layers that :class:`Forward` computes, in order."""
    return [dropout.mask(layer) for layer in parts(model) if dropout.is_computed(layer)]


def structure(model: keras.Model) -> str:
    """What of a model is compiled into a step.

    It is equal for models that differ only in seeds, dropout rates, names and initial weights.
    """
    own = list(parts(model))
    if any(_draws_alone(layer) for layer in own):
        return f"{model.name} {id(model)}"
    kinds = [[type(layer).__name__, dropout.is_computed(layer)] for layer in own]
    trained = [weight.trainable for weight in model.weights]
    return json.dumps(
        [model.input_shape, kinds, trained, _without_start(model.get_config())],
        sort_keys=True,
        default=str,
    )


def parts(model: keras.Layer) -> Iterator[keras.Layer]:
    """The layers of a model and of the models in it, in the order of :class:`Forward`."""
    if isinstance(model, keras.Sequential) or type(model) in (Functional, keras.Model):
        for layer in model.layers:
            yield from parts(layer)
    else:
        yield model


def is_used_once(layer: keras.Layer, model: Any) -> bool:
    """Whether a layer of a functional model has one input, at one place of the model."""
    nodes = _nodes(layer, model)
    return len(nodes) == 1 and len(nodes[0].input_tensors) == 1


def is_used_at_several_places(layer: keras.Layer, model: keras.Model) -> bool:
    """Whether a model, or one in it, calls a layer, or what it is in, at several places."""
    return _places(layer, model) > 1


def draws(layer: keras.Layer) -> bool:
    """Whether a layer has a generator of random numbers of its own."""
    return bool(layer._seed_generators)


def _places(layer: keras.Layer, model: keras.Layer) -> int:
    """At how many places a layer is called by a model, or by the models and layers in it."""
    if layer is model:
        return 1
    if isinstance(model, keras.Sequential):
        return sum(_places(layer, part) for part in model.layers)
    if type(model) in (Functional, keras.Model):
        return sum(len(_nodes(part, model)) * _places(layer, part) for part in model.layers)
    return int(any(part is layer for part in model._flatten_layers()))


def _nodes(layer: keras.Layer, model: Any) -> list[Any]:
    """The calls of a layer in a functional model."""
    own = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}
    return [node for node in getattr(layer, "_inbound_nodes", []) if id(node) in own]


def _layer(layer: keras.Layer, training: bool) -> Step:
    """The layer itself."""
    call = _call(layer, training)

    def step(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
        return call(draw, inputs)

    return step


def _call(layer: keras.Layer, training: bool) -> Callable[..., Any]:
    """The layer itself, called with a draw and then its own arguments.

    Keras draws random numbers from generators that count their calls; a counter set to the draw
    makes what a layer draws a function of (its seed, draw).
    """
    states = [(g.state, int(g.state[0])) for g in _generators(layer)]

    def call(draw: tf.Tensor, *inputs: Any, **options: Any) -> Any:
        for state, seed in states:
            state.assign(tf.stack([tf.constant(seed, state.dtype), tf.cast(draw, state.dtype)]))
        return layer(*inputs, **(options | {"training": training}))

    return call


def _unchanged(inputs: tf.Tensor, draw: tf.Tensor, masks: Masks) -> tf.Tensor:
    return inputs


def _generators(layer: keras.Layer) -> list[keras.random.SeedGenerator]:
    return [generator for part in layer._flatten_layers() for generator in part._seed_generators]


def _draws_alone(layer: keras.Layer) -> bool:
    """Whether a layer draws random numbers by itself, from a seed that is compiled in."""
    idle = type(layer) is layers.Dropout and layer.rate == 0
    return bool(_generators(layer)) and not dropout.is_computed(layer) and not idle


def _without_start(config: Any, places: Mapping[str, int] = MappingProxyType({})) -> Any:
    """A layer's or model's config without what is no part of a compiled step.

    Where a functional model refers to its layers, it gives their places instead of their names.

    Args:
        config: what `get_config` gave, or a part of it.
        places: the places of the layers of the functional model that it is a part of, by name.
    """
    if isinstance(config, dict):
        if "input_layers" in config:
            places = {layer["name"]: place for place, layer in enumerate(config["layers"])}
        return {
            key: _placed(value, places)
            if key in ("input_layers", "output_layers", "keras_history")
            else _without_start(value, places)
            for key, value in config.items()
            if key not in ("name", "seed", "rate") and not key.endswith("_initializer")
        }
    if isinstance(config, (list, tuple)):
        return [_without_start(value, places) for value in config]
    return config


def _placed(reference: Any, places: Mapping[str, int]) -> Any:
    """References to tensors, `[layer, node, tensor]`, with the layer's place."""
    if isinstance(reference, (list, tuple)):
        return [_placed(value, places) for value in reference]
    return places[reference] if isinstance(reference, str) else reference
