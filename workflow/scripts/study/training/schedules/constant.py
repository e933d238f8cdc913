"""A constant learning rate, after linear warm-up if asked.

With `n` steps of warm-up, the fraction `warmup` of the run, step `s < n` gets the factor
(s + 1) / n (Goyal et al. 2017, https://arxiv.org/abs/1706.02677). All other steps, the last one
among them, get 1; without warm-up so does step 0.
"""

import numpy as np
import numpy.typing as npt

from study.parameters import Fraction
from study.training.schedules._warmup import warmed


class Schedule:
    """A constant; see :class:`study.training.schedules.ScheduleProtocol`."""

    def __init__(self, *, warmup: Fraction = 0.0) -> None:
        self.warmup = warmup

    def __call__(self, steps: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.float64]:
        """The factors of some steps, float64 (steps,)."""
        return warmed(np.ones(len(steps)), steps, total, self.warmup)
