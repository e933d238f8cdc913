"""Linear decay of the learning rate to the fraction `end`, after linear warm-up if asked.

With `n` steps of warm-up, the fraction `warmup` of the run, step `s < n` gets the factor
(s + 1) / n, and step `s >= n` gets end + (1 - end) * (total - s) / (total - n). Without warm-up,
step 0 has the full rate. The last step is one step short of `end`, so it moves even if `end` is 0.

Without warm-up, this is Keras' `PolynomialDecay` of power 1 over all steps of the run. Defazio et
al. (2023, https://arxiv.org/abs/2310.07831) give reasons for a linear decay to 0.
"""

import numpy as np
import numpy.typing as npt

from study.parameters import Fraction
from study.training.schedules._warmup import progress, warmed


class Schedule:
    """Linear decay; see :class:`study.training.schedules.ScheduleProtocol`."""

    def __init__(self, *, warmup: Fraction = 0.0, end: Fraction = 0.0) -> None:
        self.warmup = warmup
        self.end = end

    def __call__(self, steps: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.float64]:
        """The factors of some steps, float64 (steps,)."""
        remaining = 1 - progress(steps, total, self.warmup)
        return warmed(self.end + (1 - self.end) * remaining, steps, total, self.warmup)
