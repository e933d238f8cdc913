"""The optimisers, each one fused kernel a variable.

The formulas and defaults are Keras', and a test holds every step against Keras' own optimisers. The
kernels are TensorFlow's `ResourceApply*`: they read and write each variable once where Keras'
optimisers make a pass over memory for every operation of the formula, and they work inside and
outside of XLA.

The config names a class here in lower case; its keyword parameters are read from its signature.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import tensorflow as tf


class Optimizer(Protocol):
    """Changes variables by their gradients.

    Attributes:
        slots: what it remembers from step to step.
        scalars: the parameters that are numbers, by name. They are arguments of :meth:`apply`, so
            that one compiled step serves runs that differ in them.
    """

    slots: list[tf.Variable]
    scalars: dict[str, float]

    def apply(
        self, gradients: Sequence[tf.Tensor], step: tf.Tensor, scalars: Mapping[str, tf.Tensor]
    ) -> None:
        """Update the variables.

        Args:
            gradients: one a variable, of its shape, float32.
            step: int32 scalar, the number of updates made before this one.
            scalars: those of :attr:`scalars`, as float32 scalars.
        """


def create(name: str, variables: Sequence[tf.Variable], **parameters: Any) -> Optimizer:
    """Make the optimiser that the config calls `name` (for instance `adam`)."""
    classes: dict[str, Any] = {cls.__name__.lower(): cls for cls in (SGD, Adam, Adadelta)}
    optimizer: Optimizer = classes[name](variables, **parameters)
    return optimizer


def _zeros_like(variables: Sequence[tf.Variable]) -> list[tf.Variable]:
    return [tf.Variable(tf.zeros_like(variable)) for variable in variables]


class SGD:
    """Gradient descent, with heavy-ball or Nesterov momentum if asked."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        *,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.variables = variables
        self.scalars = {"learning_rate": learning_rate, "momentum": momentum}
        self.nesterov = nesterov
        self.velocities = _zeros_like(variables) if momentum else []
        self.slots = [*self.velocities]

    def apply(
        self, gradients: Sequence[tf.Tensor], step: tf.Tensor, scalars: Mapping[str, tf.Tensor]
    ) -> None:
        """Update the variables; see :class:`Optimizer`."""
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


class Adam:
    """Adam (Kingma and Ba 2015, the form at the end of its section 2)."""

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        *,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        self.variables = variables
        self.scalars = {
            "learning_rate": learning_rate,
            "beta_1": beta_1,
            "beta_2": beta_2,
            "epsilon": epsilon,
        }
        self.means = _zeros_like(variables)
        self.squares = _zeros_like(variables)
        self.slots = [*self.means, *self.squares]

    def apply(
        self, gradients: Sequence[tf.Tensor], step: tf.Tensor, scalars: Mapping[str, tf.Tensor]
    ) -> None:
        """Update the variables; see :class:`Optimizer`."""
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


class Adadelta:
    """Adadelta (Zeiler 2012), times a learning rate.

    The paper has no learning rate, which is the same as 1.0, the default here. Keras 3's default is
    0.001, with which a network hardly learns.
    """

    def __init__(
        self,
        variables: Sequence[tf.Variable],
        *,
        learning_rate: float = 1.0,
        rho: float = 0.95,
        epsilon: float = 1e-7,
    ) -> None:
        self.variables = variables
        self.scalars = {"learning_rate": learning_rate, "rho": rho, "epsilon": epsilon}
        self.squares = _zeros_like(variables)
        self.updates = _zeros_like(variables)
        self.slots = [*self.squares, *self.updates]

    def apply(
        self, gradients: Sequence[tf.Tensor], step: tf.Tensor, scalars: Mapping[str, tf.Tensor]
    ) -> None:
        """Update the variables; see :class:`Optimizer`."""
        for variable, square, update, gradient in zip(
            self.variables, self.squares, self.updates, gradients, strict=True
        ):
            tf.raw_ops.ResourceApplyAdadelta(
                var=variable.handle,
                accum=square.handle,
                accum_update=update.handle,
                lr=scalars["learning_rate"],
                rho=scalars["rho"],
                epsilon=scalars["epsilon"],
                grad=gradient,
            )
