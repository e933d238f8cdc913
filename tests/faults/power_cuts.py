"""A machine that loses its power at a system call: what was not flushed is lost, torn or reordered.

A job is killed at a call, and then the files are made what they might be after the machine has
started again. What the disk had surely got is in the trace: the content of a file as it was at its
last fsync, and the names in a folder at the folder's last fsync. Everything since may be there or
not, one without the other.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from injections import FAULTS, KILL, Server, go_on, half_outputs, traced
from next_runs import Next
from recorded_jobs import Job
from traces import Call, calls, of_results

CUTS = ("dropped", "torn", "zeros", "names lost")
"""What happened to what was not flushed: a file is empty, ends early, or holds zeros; a new name is
not in its folder."""

CHANGES = ("write", "pwrite64", "sendfile", "ftruncate")


@dataclass
class Unflushed:
    """What the disk may not have got yet.

    Attributes:
        contents: files that were written since their last fsync.
        names: files and folders whose name is newer than the last fsync of their folder.
    """

    contents: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def see(self, call: Call) -> None:
        """Take account of a call."""
        if call.failed or not call.paths:
            return
        path = call.paths[-1]
        if call.name in CHANGES:
            self.contents.add(path)
        elif call.name == "openat" and "O_CREAT" in call.arguments:
            self.names.add(path)
            if "O_TRUNC" in call.arguments:
                self.contents.add(path)
        elif call.name == "mkdir":
            self.names.add(path)
        elif call.name == "fsync":
            self.contents.discard(path)
            self.names = {name for name in self.names if str(Path(name).parent) != path}
        elif call.name in ("rename", "link"):
            self._move(*call.paths, keeps=call.name == "link")
            self.names.add(path)

    def _move(self, old: str, new: str, *, keeps: bool) -> None:
        """What is at `old`, or below it, is at `new` now."""
        for known in (self.contents, self.names):
            for path in sorted(known):
                if path == old or path.startswith(f"{old}/"):
                    known.add(new + path.removeprefix(old))
                    if not keeps:
                        known.discard(path)


def unflushed_at_the_end(job: Job, made: Iterable[Call]) -> list[str]:
    """What of a job's outputs the disk may not have got when the job has made its calls."""
    known = Unflushed()
    for call in made:
        known.see(call)
    outputs = [Path(output) for output in job.outputs]
    return sorted(
        path
        for path in known.contents | known.names
        for output in outputs
        if output == Path(path) or output in Path(path).parents or Path(path) in output.parents
    )


def moments(made: Iterable[Call]) -> list[Call]:
    """The calls at which the power may fail: those that change something."""
    return [call for call in made if call.name != "openat" or "O_CREAT" in call.arguments]


def cut(
    job: Job,
    moment: Call,
    kind: str,
    server: Server,
    again: Next,
    ready: Path,
    folder: Path,
    expected: Mapping[str, str],
) -> dict[str, str] | None:
    """Cut the power at a call, then run the job again.

    Args:
        job, moment, kind: which, when, and one of :data:`CUTS`.
        server, again: run the job, until the cut and after it.
        ready: the folder as it is before the job.
        folder: a new folder for the case.
        expected: all files after an undisturbed job.

    Returns:
        What is wrong, see :class:`injections.Outcome`; None if the job was not killed there.
    """
    shutil.copytree(ready, folder)
    trace = folder / "trace.txt"
    inject = f"inject={moment.name}:signal={KILL}:when={moment.number}"
    status, _ = server.run(job, folder, traced(FAULTS, trace, "-e", inject))
    wrong = None
    if status < 0:
        known = Unflushed()
        for call in filter(of_results, calls(trace, folder)):
            known.see(call)
        lose(folder, kind, known)
        wrong = half_outputs(job, folder, expected)
        wrong |= go_on(job, again, folder, expected, killed=True)
    shutil.rmtree(folder)
    return wrong


def lose(folder: Path, kind: str, known: Unflushed) -> None:
    """Make of a folder what it may be after the power has failed."""
    if kind == "names lost":
        for path in _those_there(folder, known.names):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return
    for path in _those_there(folder, known.contents):
        data = path.read_bytes()
        left = {"dropped": b"", "torn": data[: len(data) // 2], "zeros": bytes(len(data))}[kind]
        path.write_bytes(left)


def _those_there(folder: Path, names: Iterable[str]) -> list[Path]:
    """Files and folders that are still there, the deepest first; no log."""
    found = [folder / name for name in sorted(names, reverse=True)]
    return [path for path in found if path.exists() and path.suffix != ".log"]
