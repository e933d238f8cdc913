"""The cross-entropy of predictions. NumPy only, since the training imports it too."""

from typing import Any

import numpy as np
import numpy.typing as npt


def cross_entropies(
    logits: npt.NDArray[np.floating[Any]], labels: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """The cross-entropy of each example in nats, float64 (examples,).

    Args:
        logits: (examples, classes).
        labels: (examples,), class ids.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    losses: npt.NDArray[np.float64] = np.log(np.exp(shifted).sum(axis=1))
    losses -= shifted[np.arange(len(labels)), labels]
    return losses
