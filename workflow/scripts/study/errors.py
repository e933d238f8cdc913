"""The errors that are meant for the user's eyes."""


class StudyError(Exception):
    """A mistake in config, data or environment that the user can fix.

    The message says what is wrong (naming the file, key or path), why, and what to do. It is shown
    without a traceback; the job's log has the traceback.
    """

    status = 1
    """The job's exit status."""


class DamagedError(StudyError, ValueError):
    """A file does not hold what its writer puts there."""


class StoppedError(StudyError):
    """A signal asked the job to end, and it has, in a state from which it can go on."""

    status = 143
    """128 and the number of SIGTERM, as a shell gives it."""
