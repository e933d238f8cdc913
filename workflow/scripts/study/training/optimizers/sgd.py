"""Gradient descent, with heavy-ball or Nesterov momentum if asked."""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import Positive, Rate
from study.training.optimizers._slots import zeros_like


class Optimizer:
    """Stochastic gradient descent; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        *,
        learning_rate: Positive = 0.01,
        momentum: Rate = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.variables = variables
        self.scalars = {"learning_rate": learning_rate, "momentum": momentum}
        self.nesterov = nesterov
        self.velocities = zeros_like(variables) if momentum else []
        self.slots = [*self.velocities]

    def apply(
        self, gradients: Sequence[tf.Tensor], step: tf.Tensor, scalars: Mapping[str, tf.Tensor]
    ) -> None:
        """Update the variables."""
        if not self.velocities:
            for variable, gradient in zip(self.variables, gradients, strict=True):
                tf.raw_ops.ResourceApplyGradientDescent(
                    var=variable.handle, alpha=scalars["learning_rate"], delta=gradient
                )
            return
        for variable, velocity, gradient in zip(
            self.variables, self.velocities, gradients, strict=True
        ):
            tf.raw_ops.ResourceApplyKerasMomentum(
                var=variable.handle,
                accum=velocity.handle,
                lr=scalars["learning_rate"],
                grad=gradient,
                momentum=scalars["momentum"],
                use_nesterov=self.nesterov,
            )
