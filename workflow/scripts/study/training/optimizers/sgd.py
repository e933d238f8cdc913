"""Gradient descent, with heavy-ball or Nesterov momentum and decoupled weight decay if asked."""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import NonNegative, Positive, Rate
from study.training.optimizers._decay import decay, selected
from study.training.optimizers._slots import zeros_like


class Optimizer:
    """Stochastic gradient descent; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        decayed: Sequence[bool] | None = None,
        *,
        learning_rate: Positive = 0.01,
        momentum: Rate = 0.0,
        nesterov: bool = False,
        weight_decay: NonNegative = 0.0,
    ) -> None:
        self.variables = variables
        self.decayed = selected(variables, decayed, weight_decay)
        self.scalars = {
            "learning_rate": learning_rate,
            "momentum": momentum,
            "weight_decay": weight_decay,
        }
        self.nesterov = nesterov
        self.velocities = zeros_like(variables) if momentum else []
        self.slots = [*self.velocities]

    def apply(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
        rates: Sequence[tf.Tensor],
    ) -> None:
        """Update the variables."""
        decay(self.variables, self.decayed, scalars["weight_decay"], rates)
        if not self.velocities:
            for variable, gradient, rate in zip(self.variables, gradients, rates, strict=True):
                tf.raw_ops.ResourceApplyGradientDescent(
                    var=variable.handle, alpha=rate, delta=gradient
                )
            return
        for variable, velocity, gradient, rate in zip(
            self.variables, self.velocities, gradients, rates, strict=True
        ):
            tf.raw_ops.ResourceApplyKerasMomentum(
                var=variable.handle,
                accum=velocity.handle,
                lr=rate,
                grad=gradient,
                momentum=scalars["momentum"],
                use_nesterov=self.nesterov,
            )
