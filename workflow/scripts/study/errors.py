"""The one kind of error that is meant for the user's eyes."""


class StudyError(Exception):
    """A mistake in config, data or environment that the user can mend.

    The message says what is wrong (naming the file, key or path), why, and what to do. It is shown
    without a traceback; the job's log has the traceback.
    """
