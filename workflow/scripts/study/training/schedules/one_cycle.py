"""One cycle of the learning rate: up to its maximum, then down to almost 0, along half cosines.

The idea is that of Smith and Topin (2018, https://arxiv.org/abs/1708.07120), the curve that of
PyTorch's `OneCycleLR` with its defaults (`anneal_strategy="cos"`, `three_phase=False`). The
optimiser's learning rate is the maximum; the momentum does not change.

Step 0 gets the factor 1 / div_factor. The factor is 1 at step peak * total - 1, where `peak` is a
fraction of the run; this may lie between two steps. The last step gets
1 / (div_factor * final_div_factor). If `peak` is 1, the run ends at the maximum. If peak * total is
below 1, as in a run of one step, there is no time to rise: step 0 is on the way down, or is the
last step.
"""

import numpy as np
import numpy.typing as npt

from study.parameters import Divisor, Fraction


class Schedule:
    """One cycle; see :class:`study.training.schedules.ScheduleProtocol`."""

    def __init__(
        self,
        *,
        peak: Fraction = 0.3,
        div_factor: Divisor = 25.0,
        final_div_factor: Divisor = 10000.0,
    ) -> None:
        self.peak = peak
        self.first = 1 / div_factor
        self.last = self.first / final_div_factor

    def __call__(self, steps: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.float64]:
        """The factors of some steps, float64 (steps,)."""
        top = self.peak * total - 1.0
        above = steps.astype(np.float64) - top
        up = 1 + above / top if top > 0 else 1.0
        down = above / (total - 1 - top) if self.peak < 1 else 0.0
        return np.where(above <= 0, _cosine(self.first, 1.0, up), _cosine(1.0, self.last, down))


def _cosine(
    start: float, end: float, progress: npt.NDArray[np.float64] | float
) -> npt.NDArray[np.float64]:
    """From `start` to `end` along half a cosine, float64, of the shape of `progress`."""
    return np.asarray(end + (start - end) / 2 * (1 + np.cos(np.pi * progress)), np.float64)
