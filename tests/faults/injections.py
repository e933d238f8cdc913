"""Faults at system calls: every call of a job's that touches its results fails once, or ends it.

strace (https://strace.io) makes the n-th call of a kind fail with an error, or kills the process as
it makes it. Which calls there are comes from a trace of the job undisturbed; only its first thread
is traced, which does all of the work on files.
"""

import contextlib
import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recorded_jobs import Job, forget

KILL = "SIGKILL"
ANY = (KILL, "EIO")
FAULTS = {
    "write": (*ANY, "ENOSPC"),
    "pwrite64": (*ANY, "ENOSPC"),
    "sendfile": (*ANY, "ENOSPC"),
    "fsync": (*ANY, "ENOSPC"),
    "ftruncate": (*ANY, "ENOSPC"),
    "openat": (*ANY, "EACCES", "ENOSPC"),
    "mkdir": (*ANY, "EACCES", "ENOSPC"),
    "rename": (*ANY, "EACCES", "ENOSPC"),
    "link": (*ANY, "EACCES", "ENOSPC"),
    "linkat": (*ANY, "EACCES", "ENOSPC"),
    "unlink": (*ANY, "EACCES"),
    "unlinkat": (*ANY, "EACCES"),
    "rmdir": (*ANY, "EACCES"),
    "chmod": (*ANY, "EACCES"),
    "utimensat": (*ANY, "EACCES"),
}
SHORT = "short write"
"""Of a file as large as this and no larger: a write that ends early, and one that fails."""


@dataclass(frozen=True)
class Fault:
    """One fault in one job.

    Attributes:
        call, number: the system call, and the how-manieth of its kind; for a short write, the
            number of bytes that a file may have.
        path: what it was made on, in the undisturbed job.
        kind: SIGKILL, or the name of an error.
    """

    call: str
    number: int
    path: str
    kind: str


@dataclass
class Outcome:
    """What came of a fault.

    Attributes:
        struck: whether the call was made, and failed.
        status: of the job; negative for a signal.
        said: what it told the user.
        wrong: what must not be; empty if all is well.
    """

    job: str
    fault: Fault
    struck: bool
    status: int
    said: str
    wrong: list[str] = field(default_factory=list)

    @property
    def ended(self) -> str:
        """`killed`, `failed` or `finished`."""
        if self.status == -signal.SIGKILL:
            return "killed"
        return "failed" if self.status else "finished"


class Server:
    """A process that runs recorded jobs, see :mod:`job_server`."""

    def __init__(self, checkout: Path) -> None:
        program = Path(__file__).with_name("job_server.py")
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(checkout / "workflow" / "scripts")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def learn(self, job: Job, folder: Path) -> None:
        """Run a job, and import what it imports for those that follow."""
        self._tell(self._request(job, folder) | {"learn": True})
        answer = self._answer()
        assert answer["status"] == 0, answer["said"]

    def run(
        self, job: Job, folder: Path, tracing: list[str] | None = None, limit: int = 0
    ) -> tuple[int, str]:
        """Run a job; returns its status and what it said.

        Args:
            job: which.
            folder: where its inputs are.
            tracing: arguments of strace.
            limit: how many bytes a file may have; 0: any number.
        """
        self._tell(self._request(job, folder) | {"limit": limit})
        with _traced(self._answer()["pid"], tracing):
            self._tell("go")
            answer = self._answer()
        return answer["status"], answer["said"]

    def close(self) -> None:
        """End it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    @staticmethod
    def _request(job: Job, folder: Path) -> dict[str, Any]:
        return {
            "script": str(job.script),
            "folder": str(folder),
            "checkpoints": job.trains,
        }

    def _tell(self, what: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        return dict(json.loads(self.process.stdout.readline()))


@contextlib.contextmanager
def _traced(process: int, tracing: list[str] | None) -> Iterator[None]:
    if tracing is None:
        yield
        return
    with subprocess.Popen(
        ["strace", "-y", "-p", str(process), *tracing], stderr=subprocess.PIPE, text=True
    ) as strace:
        assert strace.stderr
        attached = strace.stderr.readline()
        assert "attached" in attached, attached
        yield
        strace.stderr.read()


LINE = re.compile(r"^(?P<call>\w+)\((?P<arguments>.*)\)\s+= (?P<result>.*)$")


def calls(trace: Path, folder: Path) -> Iterator[tuple[str, int, str, str]]:
    """The calls of a trace that touch a folder: name, number of its kind, path, arguments."""
    count: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if not found:
            continue
        call, arguments = found["call"], found["arguments"]
        count[call] += 1
        if path := _path(arguments, folder):
            yield call, count[call], path, arguments


def _path(arguments: str, folder: Path) -> str | None:
    """What a call is made on, relative to the folder; None if it lies elsewhere."""
    named = re.findall(r'"(results/[^"]*)"', arguments)
    if named:
        return str(named[0])
    opened = re.match(rf"\d+<{re.escape(str(folder))}/(results[^>]*)>", arguments)
    return opened[1] if opened else None


def faults_of(job: Job, server: Server, folder: Path) -> list[Fault]:
    """Every fault that a job can have: each call on its results, with each kind of fault."""
    trace = folder / "trace.txt"
    status, said = server.run(job, folder, ["-o", str(trace), "-e", "trace=" + ",".join(FAULTS)])
    assert status == 0, said
    found = [
        Fault(call, number, path, kind)
        for call, number, path, arguments in calls(trace, folder)
        for kind in FAULTS[call]
        if kind != "ENOSPC" or call != "openat" or "O_CREAT" in arguments
    ]
    sizes = {
        path.stat().st_size
        for path in (folder / "results").rglob("*")
        if path.is_file() and str(path.relative_to(folder)) in {fault.path for fault in found}
    }
    written = sorted({part for size in sizes for part in (1, size // 2, size - 1) if part > 0})
    return found + [Fault("write", part, "", SHORT) for part in written]


def strike(
    job: Job, fault: Fault, server: Server, ready: Path, folder: Path, expected: Mapping[str, str]
) -> Outcome:
    """Run a job with a fault, then again without one, and compare with what is expected.

    Args:
        job, fault: which.
        server: runs the job.
        ready: the folder as it is before the job.
        folder: a new folder for the case.
        expected: all files after an undisturbed job, as :func:`contents` gives them.
    """
    shutil.copytree(ready, folder)
    trace = folder / "trace.txt"
    tracing, limit = None, 0
    if fault.kind == SHORT:
        limit = fault.number
    else:
        what = "signal=SIGKILL" if fault.kind == KILL else f"error={fault.kind}"
        inject = f"inject={fault.call}:{what}:when={fault.number}"
        tracing = ["-o", str(trace), "-e", f"trace={fault.call}", "-e", inject]
    status, said = server.run(job, folder, tracing, limit)
    struck = fault.kind == SHORT or "INJECTED" in trace.read_text(errors="replace") or status < 0
    outcome = Outcome(job.name, fault, struck, status, said)
    after = contents(folder)
    outputs = [path for path in expected if _belongs(path, job)]
    half = [path for path in outputs if path in after and after[path] != expected[path]]
    if half:
        outcome.wrong.append(f"published, but different: {half}")
    if status == 0 and (missing := [path for path in outputs if path not in after]):
        outcome.wrong.append(f"ended well without {missing}")
    if status > 0:
        outcome.wrong += _bad_message(job, fault, said)
    if status:
        forget(job, folder)
        status, said = server.run(job, folder)
        if status:
            outcome.wrong.append(f"the next run fails: {said}")
        after = contents(folder)
    if different := [path for path in outputs if after.get(path) != expected[path]]:
        outcome.wrong.append(f"other bits in the end: {different}")
    if left := sorted(after.keys() - expected.keys()):
        outcome.wrong.append(f"left behind: {left}")
    shutil.rmtree(folder)
    return outcome


def _belongs(path: str, job: Job) -> bool:
    return any(path == output or path.startswith(f"{output}/") for output in job.outputs)


def _bad_message(job: Job, fault: Fault, said: str) -> list[str]:
    wrong = []
    named = said if fault.path == job.log else said.replace(job.log, "")
    if "Traceback" in said or "--- Logging error" in said:
        wrong.append(f"a traceback on the terminal: {said}")
    if said.count("Error in ") != 1:
        wrong.append(f"not one message: {said}")
    if "results/" not in named:
        wrong.append(f"no file is named: {said}")
    return wrong


def contents(folder: Path) -> dict[str, str]:
    """The hash of what each file of the results says, but for times; logs have none."""
    return {
        str(path.relative_to(folder)): _said_by(path)
        for path in sorted((folder / "results").rglob("*"))
        if path.is_file()
    }


UNCOMPARED = ("hashes.json", ".snakemake_timestamp")
TIMES = ("finished", "resumed_at", "timings", "peak_memory_mb")


def _said_by(path: Path) -> str:
    data = b""
    try:
        if path.name in UNCOMPARED or path.suffix in (".lock", ".owner", ".log"):
            pass
        elif path.name == "run.json":
            record = json.loads(path.read_text())
            data = json.dumps({k: v for k, v in record.items() if k not in TIMES}).encode()
        elif path.suffix == ".keras":
            with zipfile.ZipFile(path) as model:
                data = model.read("model.weights.h5")
        else:
            data = path.read_bytes()
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        return f"broken: {error}"
    return hashlib.sha256(data).hexdigest()
