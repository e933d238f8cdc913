"""What a step does with the gradients: clipping, decay, the optimiser's formula, averages."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from study.families import AVERAGINGS, OPTIMIZERS
from study.training.averagings import AveragingProtocol
from study.training.groups import groups


class Update:
    """Changes a model's weights by gradients, as a run's `training` settings say.

    Attributes:
        variables: what is trained, float32.
        slots: all that is remembered from step to step besides the model's weights.
        scalars: the optimiser's numbers, arguments of a compiled step.
    """

    def __init__(self, model: keras.Model, training: Mapping[str, Any]) -> None:
        self.model = model
        self.variables = [variable.value for variable in model.trainable_variables]
        own = groups(model)
        factors = training["learning_rate_factors"]
        self.factors = [math.prod(factors.get(name, 1.0) for name in names) for names in own]
        exempt = set(training["weight_decay_exempt"])
        decayed = [not names & exempt for names in own]
        self.optimizer = OPTIMIZERS.create(training["optimizer"], self.variables, decayed)
        self.clip_norm = training["clip_norm"]
        self.constrained = [v for v in model.trainable_variables if v.constraint is not None]
        self.averaging: AveragingProtocol | None = None
        self.averaged = [w.value for w in model.weights if w.value.dtype.is_floating]
        if training["averaging"]:
            self.averaging = AVERAGINGS.create(training["averaging"], self.averaged)
        self.slots = [*self.optimizer.slots, *(self.averaging.slots if self.averaging else [])]

    def begin(self, training: Mapping[str, Any]) -> None:
        """Start a run with the weights as they are now."""
        for slot in self.optimizer.slots:
            slot.assign(tf.zeros_like(slot))
        if self.averaging:
            self.averaging.begin()
        scalars = OPTIMIZERS.create(training["optimizer"], []).scalars
        self.scalars = {name: tf.constant(value, tf.float32) for name, value in scalars.items()}

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that changes from step to step, by name, but for the step itself."""
        return {name: np.asarray(variable) for name, variable in self._changing().items()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Put back what :meth:`arrays` gave."""
        for name, variable in self._changing().items():
            variable.assign(arrays[name])

    def _changing(self) -> dict[str, Any]:
        weights = {f"weight_{i}": weight.value for i, weight in enumerate(self.model.weights)}
        return weights | {f"slot_{i}": slot for i, slot in enumerate(self.slots)}

    def __call__(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        total: tf.Tensor,
        factor: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
    ) -> None:
        """Make one update.

        Args:
            gradients: one per variable, float32, of its shape.
            step: int32 scalar, the number of updates made before this one.
            total: int32 scalar, the number of steps of the whole run.
            factor: float32 scalar, the schedule's, of the learning rate.
            scalars: those of :attr:`scalars`.
        """
        if self.clip_norm is not None:
            gradients, _ = tf.clip_by_global_norm(gradients, self.clip_norm)
        rate = scalars["learning_rate"] * factor
        rates = [rate if own == 1 else rate * own for own in self.factors]
        self.optimizer.apply(gradients, step, scalars, rates)
        for variable in self.constrained:
            variable.value.assign(variable.constraint(variable.value))
        if self.averaging:
            self.averaging.after(step, total)

    @contextmanager
    def published(self, step: int, total: int) -> Iterator[bool]:
        """Have the weights inside the block that are evaluated and published.

        Args:
            step: how many steps were made.
            total: how many steps the run has.

        Yields:
            Whether they are averages, for which the statistics of batch normalisation must be
            computed again.
        """
        averages = self.averaging.averaged(step, total) if self.averaging else None
        if averages is None:
            yield False
            return
        trained = [tf.identity(weight) for weight in self.averaged]
        _assign(self.averaged, averages)
        try:
            yield True
        finally:
            _assign(self.averaged, trained)


def _assign(variables: Sequence[tf.Variable], values: Sequence[tf.Tensor]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
