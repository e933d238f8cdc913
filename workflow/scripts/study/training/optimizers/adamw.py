"""Adam with decoupled weight decay (AdamW, Loshchilov and Hutter 2019).

Before each update, a weight loses the fraction `learning_rate * weight_decay` of its value. The
default weight decay is PyTorch's, 0.01; Keras' is 0.004.
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import NonNegative, Positive, Rate
from study.training.optimizers._adam import Adam
from study.training.optimizers._decay import decay, selected


class Optimizer:
    """AdamW; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        decayed: Sequence[bool] | None = None,
        *,
        learning_rate: Positive = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: Positive = 1e-7,
        weight_decay: NonNegative = 0.01,
    ) -> None:
        self.variables = variables
        self.decayed = selected(variables, decayed, weight_decay)
        self.scalars = {
            "learning_rate": learning_rate,
            "beta_1": beta_1,
            "beta_2": beta_2,
            "epsilon": epsilon,
            "weight_decay": weight_decay,
        }
        self.adam = Adam(variables)
        self.slots = self.adam.slots

    def apply(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
        rates: Sequence[tf.Tensor],
    ) -> None:
        """Update the variables."""
        decay(self.variables, self.decayed, scalars["weight_decay"], rates)
        self.adam.update(gradients, step, scalars, rates)
