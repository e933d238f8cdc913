"""Adadelta (Zeiler 2012), times a learning rate.

The paper has no learning rate, which is the same as 1.0, the default here. Keras 3's default is
0.001, with which a network hardly learns.
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import Positive, Rate
from study.training.optimizers._slots import zeros_like


class Optimizer:
    """Adadelta; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        decayed: Sequence[bool] | None = None,
        *,
        learning_rate: Positive = 1.0,
        rho: Rate = 0.95,
        epsilon: Positive = 1e-7,
    ) -> None:
        self.variables = variables
        self.scalars = {"learning_rate": learning_rate, "rho": rho, "epsilon": epsilon}
        self.squares = zeros_like(variables)
        self.updates = zeros_like(variables)
        self.slots = [*self.squares, *self.updates]

    def apply(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
        rates: Sequence[tf.Tensor],
    ) -> None:
        """Update the variables."""
        for variable, square, update, gradient, rate in zip(
            self.variables, self.squares, self.updates, gradients, rates, strict=True
        ):
            tf.raw_ops.ResourceApplyAdadelta(
                var=variable.handle,
                accum=square.handle,
                accum_update=update.handle,
                lr=rate,
                rho=scalars["rho"],
                epsilon=scalars["epsilon"],
                grad=gradient,
            )
