"""Learning-rate schedules, one file each with one class called `Schedule`.

    Schedule(*, ...)                                  # the parameters that the config may give
    schedule(steps, total) -> float64 (steps,)        # factors of the learning rate

A schedule is a function of a step's number and the run's length, computed with NumPy before the
steps are run, so it costs nothing and a run that was stopped continues on it exactly. Lengths in
its parameters are fractions of the run.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from study.families import SCHEDULES


class ScheduleProtocol(Protocol):
    """Says by which factor the learning rate is multiplied at each step."""

    def __call__(self, steps: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.float64]:
        """The factors of some steps.

        Args:
            steps: their numbers, int64 (steps,), from 0 for the run's first step.
            total: the number of steps of the whole run.

        Returns:
            Factors, at least 0, float64 (steps,).
        """


def factors(settings: Mapping[str, Any] | None, total: int) -> npt.NDArray[np.float32]:
    """The factors of all steps of a run, float32 (total,).

    Args:
        settings: a run's `training.schedule`; None for a constant learning rate.
        total: the number of steps of the run.
    """
    if settings is None:
        return np.ones(total, np.float32)
    schedule: ScheduleProtocol = SCHEDULES.create(settings)
    return schedule(np.arange(total), total).astype(np.float32)
