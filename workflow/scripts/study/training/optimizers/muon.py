"""Muon for the hidden layers' kernels (Jordan et al. 2024), and Adam for all other weights.

Muon is momentum whose direction is made orthogonal: all its singular values become about 1, so that
no direction dominates the update. Formulas, coefficients and defaults are those of
https://kellerjordan.github.io/posts/muon/ and https://github.com/KellerJordan/Muon.

Hidden kernels are the variables with two or more axes, except the last of them, which is taken for
the output layer's. A kernel is seen as a matrix of fan-in x filters: all its axes but the last are
one. The update is scaled by sqrt(max(1, filters / fan-in)). The original's matrices are transposed,
and its iterations run in bfloat16; here they run in float32.

The other variables' rate is `adam_learning_rate`, and schedules and factors multiply it as they
multiply `learning_rate`. Weight decay uses the rate of the variable's own update.
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from study.parameters import NonNegative, Positive, Rate
from study.training.optimizers._adam import Adam
from study.training.optimizers._decay import decay, selected
from study.training.optimizers._slots import zeros_like

ITERATIONS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Those of the quintic: large slope at 0, and singular values end between about 0.7 and 1.2."""

SMALLEST_NORM = 1e-7
"""Added to the norm that a matrix is divided by, so that one of zeros stays so."""


class Optimizer:
    """Muon, and Adam; see :class:`study.training.optimizers.OptimizerProtocol`."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        decayed: Sequence[bool] | None = None,
        *,
        learning_rate: Positive = 0.02,
        momentum: Rate = 0.95,
        nesterov: bool = True,
        weight_decay: NonNegative = 0.0,
        adam_learning_rate: Positive = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: Positive = 1e-7,
    ) -> None:
        self.variables = variables
        self.decayed = selected(variables, decayed, weight_decay)
        self.scalars = {
            "learning_rate": learning_rate,
            "momentum": momentum,
            "weight_decay": weight_decay,
            "adam_learning_rate": adam_learning_rate,
            "beta_1": beta_1,
            "beta_2": beta_2,
            "epsilon": epsilon,
        }
        self.nesterov = nesterov
        self.hidden = [i for i, variable in enumerate(variables) if len(variable.shape) >= 2][:-1]
        self.others = [i for i in range(len(variables)) if i not in self.hidden]
        self.velocities = zeros_like([variables[i] for i in self.hidden])
        self.adam = Adam([variables[i] for i in self.others])
        self.slots = [*self.velocities, *self.adam.slots]

    def apply(
        self,
        gradients: Sequence[tf.Tensor],
        step: tf.Tensor,
        scalars: Mapping[str, tf.Tensor],
        rates: Sequence[tf.Tensor],
    ) -> None:
        """Update the variables."""
        rates = list(rates)
        for i in self.others:
            # In this order, a rate that nothing multiplies gives `adam_learning_rate` exactly.
            rates[i] = rates[i] / scalars["learning_rate"] * scalars["adam_learning_rate"]
        decay(self.variables, self.decayed, scalars["weight_decay"], rates)
        self.adam.update(
            [gradients[i] for i in self.others], step, scalars, [rates[i] for i in self.others]
        )
        for i, velocity in zip(self.hidden, self.velocities, strict=True):
            variable, gradient = self.variables[i], gradients[i]
            direction = scalars["momentum"] * velocity + gradient
            velocity.assign(direction)
            if self.nesterov:
                direction = scalars["momentum"] * direction + gradient
            filters = variable.shape[-1]
            matrix = tf.reshape(direction, [-1, filters])
            scale = max(1.0, filters / matrix.shape[0]) ** 0.5
            tf.raw_ops.ResourceApplyGradientDescent(
                var=variable.handle,
                alpha=rates[i] * scale,
                delta=tf.reshape(orthogonalised(matrix), variable.shape),
            )


def orthogonalised(matrix: tf.Tensor) -> tf.Tensor:
    """A matrix with the same singular vectors and with singular values of about 1.

    Five Newton-Schulz iterations with a quintic polynomial. Their products of a matrix with itself
    are over its longer side, so that they are small.

    Args:
        matrix: float32 (rows, columns).

    Returns:
        float32 (rows, columns).
    """
    tall = matrix.shape[0] > matrix.shape[1]
    first, third, fifth = COEFFICIENTS
    matrix /= tf.norm(matrix) + SMALLEST_NORM
    for _ in range(ITERATIONS):
        square = tf.matmul(matrix, matrix, transpose_a=tall, transpose_b=not tall)
        factor = third * square + fifth * tf.matmul(square, square)
        product = tf.matmul(matrix, factor) if tall else tf.matmul(factor, matrix)
        matrix = first * matrix + product
    return matrix
