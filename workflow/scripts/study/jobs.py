"""What every job does around its work: a log file, and errors that a person can read."""

import contextlib
import errno
import logging
import logging.handlers
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from study import seals
from study.errors import StudyError

logger = logging.getLogger("study")

NO_ROOM = (
    ". Make room there and start again: nothing half written has taken the place of a result, and "
    "runs that have finished are not trained again"
)
NO_MEMORY = (
    ". Run fewer jobs at once (--cores, or resources.mem_mb in the config with --resources "
    "mem_mb=...)"
)
NO_PERMISSION = ". Check whose file or folder that is, and what you may do with it"
REMEDIES = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EFBIG: NO_ROOM,
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EROFS: NO_PERMISSION,
    errno.EIO: ". The disk or the connection to it has failed; check it and start again",
}


@contextlib.contextmanager
def job(snakemake: Any) -> Iterator[Any]:
    """Run a script's work with its log file open, on inputs that are as they were written.

    The log file gets every message, what libraries print, and, if the work fails, the traceback.
    It is added to: another process may be at work on the same run, and its log must not be lost to
    one that is refused. The terminal gets our own warnings, the progress bar and, if the work fails
    or its process is stopped or killed, one message. Ends the process with status 1 on failure,
    and with 128 and the signal's number where SIGTERM or SIGINT stops it.
    """
    path = Path(snakemake.log[0])
    name = " ".join([snakemake.rule, *(f"{k}={v}" for k, v in snakemake.wildcards.items())])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        native_messages_to(path, descriptors=(1, 2))
        to_file = _LogFile(path)
    except OSError as error:
        print(f"\nError in {name}:\nno log can be written: {described(error)}\n", file=sys.stderr)
        sys.exit(1)
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, handlers=[to_file], force=True)
    logging.captureWarnings(True)
    logger.addHandler(to_terminal)
    signal.signal(signal.SIGTERM, _interrupt)
    start = time.perf_counter()
    logger.info("start: %s (process %d, %d threads)", name, os.getpid(), snakemake.threads)
    try:
        with _watched(name, path):
            seals.verify(snakemake.input)
            seals.remove(snakemake.output)
            yield snakemake
            seals.write(snakemake.output)
    except Exception as error:
        to_terminal.setLevel(logging.CRITICAL)  # the traceback is for the file
        logger.exception("failed: %s", name)
        print(f"\nError in {name}:\n{described(error)}\n(Full log: {path})\n", file=sys.stderr)
        sys.exit(error.status if isinstance(error, StudyError) else StudyError.status)
    except KeyboardInterrupt as interrupt:
        number = interrupt.args[0] if interrupt.args else signal.SIGINT
        logger.info("stopped by %s: %s", signal.Signals(number).name, name)
        print(f"\nStopped: {name}. Its work begins again at the next start.", file=sys.stderr)
        sys.exit(128 + number)
    finally:
        logger.removeHandler(to_terminal)
    logger.info("done: %s in %.1f s", name, time.perf_counter() - start)


def _interrupt(number: int, frame: object) -> None:
    """End the work as Ctrl-C does."""
    raise KeyboardInterrupt(number)


@contextlib.contextmanager
def command() -> Iterator[None]:
    """Run the work of a command of the terminal: an error is one message and the status 1."""
    try:
        yield
    except (StudyError, OSError, MemoryError, SyntaxError) as error:
        sys.exit(described(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def described(error: Exception) -> str:
    """An error in words for a person: which file, what is wrong, and what to do."""
    if isinstance(error, StudyError):
        return str(error)
    if isinstance(error, OSError) and error.errno is not None:
        file = f"{error.filename}: " if error.filename is not None else ""
        return f"{file}{error.strerror}{REMEDIES.get(error.errno, '')}"
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: {error.msg}; that file must be Python"
    if isinstance(error, MemoryError):
        return f"{str(error) or 'there is not enough memory'}{NO_MEMORY}"
    return f"{type(error).__name__}: {error}"


class _LogFile(logging.handlers.WatchedFileHandler):
    """A log that stays whole, and whose loss costs its lines but not the work.

    Snakemake removes a job's log before it starts the job again, also where the first process is
    still at work and the second one is refused. Then the lines so far are written again.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8")
        self.told = False
        self.so_far = os.open(path, os.O_RDONLY)

    def reopenIfNeeded(self) -> None:  # noqa: N802 - logging's name
        place = self.dev, self.ino
        super().reopenIfNeeded()
        if (self.dev, self.ino) != place:
            with os.fdopen(self.so_far, encoding="utf-8", errors="replace") as lost:
                print(lost.read(), end="", file=self.stream)
            self.so_far = os.open(self.baseFilename, os.O_RDONLY)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if not self.told:
            self.told = True
            print(f"The log cannot be written: {sys.exception()}", file=sys.stderr)


@contextlib.contextmanager
def _watched(name: str, log: Path) -> Iterator[None]:
    """Have a second process tell the terminal if this one is killed and cannot do so by itself.

    The system kills a process that wants more memory than there is. The second process waits at a
    pipe, which closes when this process ends, however it does.
    """
    reading, writing = os.pipe()
    watcher = os.fork()
    if watcher == 0:
        os.close(writing)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if not os.read(reading, 1):
            print(
                f"\nError in {name}:\nthe process ended without an error message: it was killed or "
                "crashed. If it was killed (SIGKILL), the usual cause is too little memory"
                f"{NO_MEMORY}\n(Full log: {log})\n",
                file=sys.stderr,
            )
        os._exit(0)
    os.close(reading)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the other process may be gone
            os.write(writing, b".")
        os.close(writing)
        os.waitpid(watcher, 0)


def native_messages_to(path: Path, descriptors: Sequence[int] = (2,)) -> None:
    """Send what is written to file descriptors to a file; Python's stderr stays the terminal.

    TensorFlow's C++ side writes a dozen lines at each start, whatever it is told, and TensorFlow
    Datasets prints to stdout.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for number in descriptors:
        os.dup2(log, number)
    os.close(log)
