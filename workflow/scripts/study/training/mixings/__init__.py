"""Ways of mixing the examples of a batch, one file each with one class called `Mixing`.

    Mixing(*, ...)                                       # the parameters that the config may give
    mixing(images, targets, draw) -> images, targets

They are part of the compiled step, after augmentation and label smoothing. An example is mixed with
another one of its microbatch.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf

    from study.training.randomness import Draw


class MixingProtocol(Protocol):
    """Mixes examples, and their targets accordingly."""

    def __call__(
        self, images: "tf.Tensor", targets: "tf.Tensor", draw: "Draw"
    ) -> "tuple[tf.Tensor, tf.Tensor]":
        """The mixed examples.

        Args:
            images: float32 (batch, height, width, channels), from 0 to 1; the shape is static.
            targets: probabilities of the classes, float32 (batch, classes).
            draw: where random numbers come from.

        Returns:
            Images and targets of the same shapes.
        """
