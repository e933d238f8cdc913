"""Adam (Kingma and Ba 2015).

`epsilon` is added to the square root of the gradients' mean square before the correction for the
start at zero, as in Keras (the form at the end of the paper's section 2), or, with
`epsilon_after_correction`, after it, as in PyTorch (the paper's algorithm 1).
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import Positive, Rate
from study.training.optimizers._adam import Adam


class Optimizer:
    """Adam; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        decayed: Sequence[bool] | None = None,
        *,
        learning_rate: Positive = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: Positive = 1e-7,
        epsilon_after_correction: bool = False,
    ) -> None:
        self.scalars = {
            "learning_rate": learning_rate,
            "beta_1": beta_1,
            "beta_2": beta_2,
            "epsilon": epsilon,
        }
        self.adam = Adam(variables, epsilon_after_correction)
        self.slots = self.adam.slots

    def apply(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
        rates: Sequence[tf.Tensor],
    ) -> None:
        """Update the variables."""
        self.adam.update(gradients, step, scalars, rates)
