"""Decoupled weight decay (Loshchilov and Hutter 2019), for the optimisers that have it.

Keras' form: before each update, a variable loses the fraction `rate * weight_decay` of its value,
with the learning rate that the update uses.
"""

from collections.abc import Sequence

import tensorflow as tf


def selected(
    variables: Sequence[tf.Variable], decayed: Sequence[bool] | None, weight_decay: float
) -> list[bool]:
    """Which variables decay: those that `decayed` says (None: all), or none without decay.

    Args:
        variables: those of the optimiser.
        decayed: one bool per variable, or None.
        weight_decay: the parameter; at 0, :func:`decay` adds no operation.
    """
    if decayed is None:
        decayed = [True] * len(variables)
    return [bool(is_decayed and weight_decay) for is_decayed in decayed]


def decay(
    variables: Sequence[tf.Variable],
    decayed: Sequence[bool],
    weight_decay: tf.Tensor,
    rates: Sequence[tf.Tensor],
) -> None:
    """Subtract `rate * weight_decay * variable` from each decayed variable.

    Args:
        variables: those of the optimiser, float32.
        decayed: what :func:`selected` gave.
        weight_decay: float32 scalar.
        rates: one float32 scalar per variable, its learning rate at this step.
    """
    for variable, is_decayed, rate in zip(variables, decayed, rates, strict=True):
        if is_decayed:
            variable.assign_sub(rate * weight_decay * variable)
