"""Adam's update, for the optimisers that use it for all or some of their variables."""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.training.optimizers._slots import zeros_like


class Adam:
    """Updates variables as Adam does (Kingma and Ba 2015).

    Attributes:
        slots: the means of the gradients, then those of their squares, one of each per variable.
    """

    def __init__(
        self, variables: Sequence[tf.Variable], epsilon_after_correction: bool = False
    ) -> None:
        """Start with zeros; where epsilon is added: see :mod:`study.training.optimizers.adam`."""
        self.variables = variables
        self.epsilon_after_correction = epsilon_after_correction
        self.means = zeros_like(variables)
        self.squares = zeros_like(variables)
        self.slots = [*self.means, *self.squares]

    def update(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
        rates: Sequence[tf.Tensor],
    ) -> None:
        """Update the variables.

        Args:
            gradients: one per variable, of its shape, float32.
            step: int32 scalar, the number of updates made before this one.
            scalars: `beta_1`, `beta_2` and `epsilon`, float32 scalars.
            rates: one float32 scalar per variable, its learning rate at this step.
        """
        count = tf.cast(step + 1, tf.float32)
        beta_1_power = tf.pow(scalars["beta_1"], count)
        beta_2_power = tf.pow(scalars["beta_2"], count)
        epsilon = scalars["epsilon"]
        if self.epsilon_after_correction:
            # The operation divides by sqrt(square) + epsilon, and multiplies by this root.
            epsilon *= tf.sqrt(1 - beta_2_power)
        for variable, mean, square, gradient, rate in zip(
            self.variables, self.means, self.squares, gradients, rates, strict=True
        ):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=beta_1_power,
                beta2_power=beta_2_power,
                lr=rate,
                beta1=scalars["beta_1"],
                beta2=scalars["beta_2"],
                epsilon=epsilon,
                grad=gradient,
            )
