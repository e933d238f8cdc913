"""Decay of the learning rate along half a cosine to the fraction `end`, after warm-up if asked.

With `n` steps of warm-up, the fraction `warmup` of the run, step `s < n` gets the factor
(s + 1) / n, and step `s >= n` gets end + (1 - end) * (1 + cos(pi * (s - n) / (total - n))) / 2.
Without warm-up, step 0 has the full rate. The last step is one step short of `end`, so it moves
even if `end` is 0.

The formula is that of Loshchilov and Hutter (2017, https://arxiv.org/abs/1608.03983) without
restarts, and Keras' `CosineDecay` over all steps after warm-up.
"""

import numpy as np
import numpy.typing as npt

from study.parameters import Fraction
from study.training.schedules._warmup import progress, warmed


class Schedule:
    """Cosine decay; see :class:`study.training.schedules.ScheduleProtocol`."""

    def __init__(self, *, warmup: Fraction = 0.0, end: Fraction = 0.0) -> None:
        self.warmup = warmup
        self.end = end

    def __call__(self, steps: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.float64]:
        """The factors of some steps, float64 (steps,)."""
        remaining = (1 + np.cos(np.pi * progress(steps, total, self.warmup))) / 2
        return warmed(self.end + (1 - self.end) * remaining, steps, total, self.warmup)
