"""One file per optimiser, each with one class called `Optimizer`.

    Optimizer(variables, decayed=None, *, ...)        # the parameters that the config may give
    optimizer.apply(gradients, step, scalars, rates)  # changes the variables

A test compares every step with Keras' own optimisers, whose formulas these are. The kernels are
TensorFlow's `ResourceApply*`: they read and write each variable once where Keras' optimisers make a
pass over memory for every operation of the formula, and they work inside and outside of XLA. The
keyword parameters that the config may give are read from the class's signature.

An optimiser must not import another one's file: a run's fingerprint covers the file of its own
optimiser and the `_`-files that it imports. What optimisers share lies in those.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf


class OptimizerProtocol(Protocol):
    """Changes variables by their gradients.

    The constructor takes the variables, float32, and `decayed`, one bool for each of them: whether
    weight decay applies to it (None: to all). Optimisers without weight decay ignore it.

    Attributes:
        slots: what it remembers from step to step.
        scalars: the parameters that are numbers, by name. They are arguments of :meth:`apply`, so
            that one compiled step serves runs that differ in them. Whether one of them is zero may
            change which operations a step has; their values may not.
    """

    slots: "list[tf.Variable]"
    scalars: dict[str, float]

    def apply(
        self,
        gradients: "Sequence[tf.Tensor]",
        step: "tf.Tensor",
        scalars: "Mapping[str, tf.Tensor]",
        rates: "Sequence[tf.Tensor]",
    ) -> None:
        """Update the variables.

        Args:
            gradients: one per variable, of its shape, float32.
            step: int32 scalar, the number of updates made before this one.
            scalars: those of :attr:`scalars`, as float32 scalars.
            rates: one per variable, float32 scalars: the learning rate of this step for this
                variable. It replaces `scalars["learning_rate"]`, which is the rate before the
                schedule and other factors.
        """
