"""What optimisers remember from step to step."""

from collections.abc import Sequence

import tensorflow as tf


def zeros_like(variables: Sequence[tf.Variable]) -> list[tf.Variable]:
    """One variable of zeros for each of the given ones, of its shape and dtype."""
    return [tf.Variable(tf.zeros_like(variable)) for variable in variables]
