"""What has been compiled in this process: the next runs of the same structure use it again."""

import gc
import json
from typing import Any

import keras
import tensorflow as tf

from study.training.evaluator import Evaluator, Images, Labels
from study.training.forward import structure
from study.training.outputs import logits_of

COMPILED = (
    "loss_reduction",
    "batch_size",
    "microbatch_size",
    "clip_norm",
    "label_smoothing",
    "mixing",
    "augmentation",
    "averaging",
    "learning_rate_factors",
    "weight_decay_exempt",
)
"""The `training` settings that a compiled step holds as constants."""


class CompiledStepCache:
    """Compiled training steps and evaluators.

    Runs have the same structure if they differ only in seed, dropout rates, initial weights, and
    numbers of the optimiser. With a run of another structure, all is released.
    """

    def __init__(self, jit_compile: bool = False, microbatches_at_once: int = 1) -> None:
        """Start empty.

        Args:
            jit_compile: whether XLA compiles the steps.
            microbatches_at_once: how many microbatches may be computed side by side.
        """
        self.jit_compile = jit_compile
        self.microbatches_at_once = microbatches_at_once
        self._released = 0
        self._models: dict[str, keras.Model] = {}
        self._evaluators: dict[str, Evaluator] = {}
        self._steps: dict[Any, Any] = {}
        self._examples: dict[Any, tuple[tf.Tensor, tf.Tensor, Images, Labels]] = {}

    @property
    def compilations(self) -> int:
        """How often training steps have been compiled: once per structure and batch size."""
        return self._released + sum(len(steps.compiled) for steps in self._steps.values())

    def evaluator(self, model: keras.Model) -> Evaluator:
        """An evaluator with the model's weights; the next call of this class may change them."""
        first = self._compiled(model)
        key = structure(first)
        if key not in self._evaluators:
            with logits_of(first):
                self._evaluators[key] = Evaluator(
                    first, self.jit_compile, self.microbatches_at_once
                )
        return self._evaluators[key]

    def steps(
        self,
        create: Any,
        model: keras.Model,
        images: Images,
        labels: Labels,
        training: dict[str, Any],
    ) -> Any:
        """Training steps with the model's weights and an optimiser at its start.

        Args:
            create: the class :class:`study.training.engine.Steps`.
            model, images, labels, training: see :func:`study.training.engine.train`.
        """
        first = self._compiled(model)
        optimizer = {
            name: value if isinstance(value, (bool, str)) else bool(value)
            for name, value in training["optimizer"].items()
        }
        compiled = {name: training[name] for name in COMPILED} | {"optimizer": optimizer}
        where = (images.ctypes.data, images.shape, labels.ctypes.data)
        if where not in self._examples:
            # With the arrays themselves, so that no others take their place in memory.
            self._examples[where] = tf.constant(images), tf.constant(labels), images, labels
        key = (
            structure(first),
            where,
            json.dumps(compiled, sort_keys=True),
        )
        if key not in self._steps:
            self._steps[key] = create(
                first,
                *self._examples[where][:2],
                training,
                self.evaluator(first).probabilities,
                self.jit_compile,
                self.microbatches_at_once,
            )
        self._steps[key].begin(model, training)
        return self._steps[key]

    def _compiled(self, model: keras.Model) -> keras.Model:
        """The first model of this structure, with this one's weights."""
        key = structure(model)
        if self._models and key not in self._models:
            self._released = self.compilations
            for compiled in (self._models, self._evaluators, self._steps):
                compiled.clear()
            gc.collect()  # what TensorFlow has compiled refers to itself
        first = self._models.setdefault(key, model)
        copy_weights(model, first)
        return first


def copy_weights(source: keras.Model, target: keras.Model) -> None:
    """Give a model the weights of another one of the same structure."""
    if source is not target:
        for old, new in zip(source.weights, target.weights, strict=True):
            new.assign(old.value)
