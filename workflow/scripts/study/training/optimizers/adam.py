"""Adam (Kingma and Ba 2015, the form at the end of its section 2)."""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import Positive, Rate
from study.training.optimizers._slots import zeros_like


class Optimizer:
    """Adam; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        *,
        learning_rate: Positive = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: Positive = 1e-7,
    ) -> None:
        self.variables = variables
        self.scalars = {
            "learning_rate": learning_rate,
            "beta_1": beta_1,
            "beta_2": beta_2,
            "epsilon": epsilon,
        }
        self.means = zeros_like(variables)
        self.squares = zeros_like(variables)
        self.slots = [*self.means, *self.squares]

    def apply(
        self, gradients: Sequence[tf.Tensor], step: tf.Tensor, scalars: Mapping[str, tf.Tensor]
    ) -> None:
        """Update the variables."""
        count = tf.cast(step + 1, tf.float32)
        beta_1_power = tf.pow(scalars["beta_1"], count)
        beta_2_power = tf.pow(scalars["beta_2"], count)
        for variable, mean, square, gradient in zip(
            self.variables, self.means, self.squares, gradients, strict=True
        ):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=beta_1_power,
                beta2_power=beta_2_power,
                lr=scalars["learning_rate"],
                beta1=scalars["beta_1"],
                beta2=scalars["beta_2"],
                epsilon=scalars["epsilon"],
                grad=gradient,
            )
