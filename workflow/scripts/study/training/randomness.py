"""Random numbers of a training step as a pure function of (the run's seed, the step, a purpose).

TensorFlow's stateless generator (Philox, counter-based: Salmon et al. 2011) gives the same numbers
in a run that was stopped and continued. Under XLA it scrambles its key once more, so the numbers
differ from those without XLA (TensorFlow issues 117644 and 121243, TensorFlow 2.21). Therefore XLA
compiles the generator here in any case, and the numbers are the same in compiled and uncompiled
steps (those that are not whole or in [0, 1): up to rounding).
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import tensorflow as tf


@dataclass(frozen=True)
class Draw:
    """Where the random numbers of one step, or of one microbatch of it, come from.

    The same call on the same draw gives the same numbers. Numbers that must be independent need
    different names, or draws for different purposes.

    Attributes:
        seed: the run's seed, an int32 scalar.
        number: of the draw, an int32 scalar; no two microbatches of a run have the same one.
        epoch: 0-based, an int32 scalar.
        examples: the examples' places in the training split, int32 (batch,).
        purpose: keeps apart what different parts of a step draw.
    """

    seed: tf.Tensor
    number: tf.Tensor
    epoch: tf.Tensor
    examples: tf.Tensor
    purpose: int = 0

    def of(self, purpose: str) -> "Draw":
        """The draw for a purpose: independent of the one it comes from, and of other purposes'."""
        mixed = zlib.crc32(f"{self.purpose} {purpose}".encode())
        return replace(self, purpose=mixed)

    def uniform(
        self, shape: Sequence[int], low: float = 0.0, high: float = 1.0, name: str = ""
    ) -> tf.Tensor:
        """Uniform numbers in [low, high), float32, of a shape.

        Args:
            shape, low, high: of the numbers.
            name: tells several draws for one purpose apart.
        """
        return low + (high - low) * self._unit(shape, name)

    def integers(self, shape: Sequence[int], low: int, high: int, name: str = "") -> tf.Tensor:
        """Whole numbers in [low, high), int32, of a shape; at most 2^16 different ones."""
        return low + tf.cast(self._unit(shape, name) * float(high - low), tf.int32)

    def normal(self, shape: Sequence[int], name: str = "") -> tf.Tensor:
        """Standard-normal numbers, float32, of a shape (Box and Muller 1958)."""
        radius, angle = tf.unstack(self._unit([2, *shape], name))
        return tf.sqrt(-2 * tf.math.log(1 - radius)) * tf.cos(2 * math.pi * angle)

    def symmetric_beta(self, shape: Sequence[int], alpha: float, name: str = "") -> tf.Tensor:
        """Numbers distributed as Beta(alpha, alpha), float32, of a shape.

        The method is exact for every alpha above 0, and XLA can compile it, unlike TensorFlow's
        gamma numbers. If U and V are uniform in [0, 1), then
        T = sqrt(2 alpha (U^(-1/alpha) - 1)) cos(2 pi V) has Student's t distribution with 2 alpha
        degrees of freedom (Bailey 1994), and 1/2 + T / (2 sqrt(2 alpha + T^2)) is the number sought
        (Devroye 1996, "Random variate generation in one line of code"). It is computed from
        U^(1/alpha), which does not overflow.
        """
        radius, angle = tf.unstack(self._unit([2, *shape], name))
        logarithm = tf.math.log(radius) / alpha
        cosine = tf.cos(2 * math.pi * angle)
        square = -tf.math.expm1(logarithm) * tf.square(cosine)
        ratio = tf.math.divide_no_nan(square, tf.exp(logarithm) + square)
        return 0.5 + 0.5 * tf.sign(cosine) * tf.sqrt(ratio)

    def _unit(self, shape: Sequence[int], name: str) -> tf.Tensor:
        """Uniform numbers in [0, 1), multiples of 2^-23."""
        purpose = self.of(name).purpose if name else self.purpose
        salt = tf.constant(purpose - 2**32 if purpose >= 2**31 else purpose, tf.int32)
        key = tf.stack([tf.bitwise.bitwise_xor(self.seed, salt), self.number])
        return tf.reshape(_uniform(key, math.prod(shape)), shape)


@tf.function(jit_compile=True, autograph=False)
def _uniform(key: tf.Tensor, count: int) -> tf.Tensor:
    # XLA's default algorithm is this one too, but 30 times as slow on a CPU (TensorFlow 2.21)
    return tf.random.stateless_uniform([count], key, alg="philox")
