"""Averages of a run's weights, one file each with one class called `Averaging`.

    Averaging(weights, *, ...)           # the parameters that the config may give
    averaging.after(step, total)         # in the compiled step, after each update

What is evaluated and published are the averaged weights. The moving statistics of batch
normalisation would lag behind them, so they are computed again. The slots are part of a checkpoint.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf


class AveragingProtocol(Protocol):
    """Averages weights over the steps of a run.

    Attributes:
        slots: the averages, one per weight, of its shape and dtype; then what else it remembers.
    """

    slots: "list[tf.Variable]"

    def begin(self) -> None:
        """Start a run: the averages are the weights as they are now."""

    def after(self, step: "tf.Tensor", total: "tf.Tensor") -> None:
        """Take a step into account.

        Args:
            step: int32 scalar, the number of updates made before this one.
            total: int32 scalar, the number of steps of the whole run.
        """

    def averaged(self, step: int, total: int) -> "Sequence[tf.Variable] | None":
        """The averages after `step` of `total` steps, one per weight.

        None as long as there are none; the weights themselves are evaluated then.
        """
