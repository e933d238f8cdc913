"""A learning rate that is multiplied by `factor` at given points, after linear warm-up if asked.

Points are fractions of the run. The first step with the smaller rate after a point `p` is step
ceil(p * total), so a point of 1 has no effect. With `n` steps of warm-up, the fraction `warmup` of
the run, step `s < n` gets the factor (s + 1) / n, even if a point lies before it. Without warm-up,
step 0 has the full rate, unless a point is 0. The last step has the factor of all points below 1
that a run of this length reaches.

The defaults, a tenth at half and at three quarters of the run, are those of He et al. (2016,
https://arxiv.org/abs/1512.03385) for CIFAR-10.
"""

import numpy as np
import numpy.typing as npt

from study.parameters import Fraction
from study.training.schedules._warmup import length, warmed


class Schedule:
    """Steps; see :class:`study.training.schedules.ScheduleProtocol`."""

    def __init__(
        self,
        *,
        at: tuple[Fraction, ...] = (0.5, 0.75),
        factor: Fraction = 0.1,
        warmup: Fraction = 0.0,
    ) -> None:
        self.at = at
        self.factor = factor
        self.warmup = warmup

    def __call__(self, steps: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.float64]:
        """The factors of some steps, float64 (steps,)."""
        points = np.sort([length(point, total) for point in self.at])
        passed = np.searchsorted(points, steps, side="right")
        return warmed(np.power(self.factor, passed, dtype=np.float64), steps, total, self.warmup)
