"""Faults at system calls: every call of a job's that touches its results fails once, or ends it.

strace makes the n-th call of a kind fail with an error, or kills the process as it makes it. Which
calls there are comes from a trace of the job undisturbed; only its first thread is traced, which
does all of the work on files.
"""

import hashlib
import json
import os
import shutil
import signal
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from job_client import Server
from next_runs import Next
from recorded_jobs import Job
from traces import Call, calls, of_results

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
        call, number: the system call, and its place among those of its kind, from 1; for a short
            write, the number of bytes that a file may have.
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
        struck: what the call that failed was made on; None if there was no such call this time.
        status: of the job; negative for a signal.
        said: what it told the user.
        wrong: what must not be, by its kind; empty if all is well. `half`: an output was not whole.
            `silent`: the job ended well with other results. `message`: it failed without one clear
            message. `lost`: the next run fails. `different`: it ends with other bits. `left`: it
            leaves files behind.
    """

    job: str
    fault: Fault
    struck: str | None
    status: int
    said: str
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> str:
        """`killed`, `failed` or `finished`."""
        if self.status == -signal.SIGKILL:
            return "killed"
        return "failed" if self.status else "finished"


def traced(names: Iterable[str], trace: Path, *more: str) -> list[str]:
    """Arguments for strace: write calls of these names to a file."""
    return ["-o", str(trace), "-e", "trace=" + ",".join(names), *more]


def undisturbed(job: Job, server: Server, folder: Path) -> list[Call]:
    """The calls on its results that a job makes in a folder as it is before it."""
    trace = folder / "trace.txt"
    status, said = server.run(job, folder, traced(FAULTS, trace))
    assert status == 0, said
    return list(filter(of_results, calls(trace, folder)))


def faults_of(made: Iterable[Call], folder: Path) -> list[Fault]:
    """Every fault that a job can have: each call on its results, with each kind of fault.

    Args:
        made: the calls of a job that ran in `folder`.
    """
    found, sizes = [], set()
    for call in made:
        found += [
            Fault(call.name, call.number, call.paths[-1], kind)
            for kind in FAULTS[call.name]
            if kind != "ENOSPC" or call.name != "openat" or "O_CREAT" in call.arguments
        ]
        sizes |= {file.stat().st_size for p in call.paths if (file := folder / p).is_file()}
    written = sorted({part for size in sizes for part in (1, size // 2, size - 1) if part > 0})
    return found + [Fault("write", part, "", SHORT) for part in written]


def strike(
    job: Job,
    fault: Fault,
    server: Server,
    again: Next,
    ready: Path,
    folder: Path,
    expected: Mapping[str, str],
) -> Outcome:
    """Run a job with a fault, then again without one, and compare with what is expected.

    Args:
        job, fault: which.
        server, again: run the job, with the fault and without.
        ready: the folder as it is before the job.
        folder: a new folder for the case.
        expected: all files after an undisturbed job, as :func:`contents` gives them.
    """
    shutil.copytree(ready, folder)
    trace = folder / "trace.txt"
    if fault.kind == SHORT:
        status, said = server.run(job, folder, limit=fault.number)
        struck: str | None = "a file"
    else:
        what = "signal=SIGKILL" if fault.kind == KILL else f"error={fault.kind}"
        inject = f"inject={fault.call}:{what}:when={fault.number}"
        status, said = server.run(job, folder, traced([fault.call], trace, "-e", inject))
        hit = [call for call in calls(trace, folder) if call.injected or status < 0][-1:]
        struck = hit[0].paths[-1] if hit else None
    outcome = Outcome(job.name, fault, struck, status, said)
    outputs = [path for path in expected if _belongs(path, job)]
    outcome.wrong |= half_outputs(job, folder, expected)
    if status == 0 and (missing := [path for path in outputs if not (folder / path).is_file()]):
        outcome.wrong["silent"] = f"ended well without {missing}"
    if status == 0 and "half" in outcome.wrong:
        outcome.wrong["silent"] = f"ended well with other contents of {outcome.wrong['half']}"
    if status > 0 and (problem := _problem(job, struck or "", said)):
        outcome.wrong["message"] = f"{problem}: {said}"
    if status:
        outcome.wrong |= go_on(job, again, folder, expected, killed=status < 0)
    shutil.rmtree(folder)
    return outcome


def half_outputs(job: Job, folder: Path, expected: Mapping[str, str]) -> dict[str, str]:
    """The outputs of a disturbed job that are there and not whole, as :class:`Outcome` has them."""
    after = contents(folder)
    half = [
        path
        for path in expected
        if _belongs(path, job) and path in after and after[path] != expected[path]
    ]
    return {"half": str(half)} if half else {}


def go_on(
    job: Job, again: Next, folder: Path, expected: Mapping[str, str], *, killed: bool
) -> dict[str, str]:
    """Run a job that has been disturbed once more; returns what is wrong."""
    status, said = again(job, folder, killed)
    if status:
        return {"lost": said}
    after, wrong = contents(folder), {}
    outputs = [path for path in expected if _belongs(path, job)]
    if different := [path for path in outputs if after.get(path) != expected[path]]:
        wrong["different"] = str(different)
    if left := sorted(after.keys() - expected.keys()):
        wrong["left"] = str(left)
    return wrong


def _belongs(path: str, job: Job) -> bool:
    return any(path == output or path.startswith(f"{output}/") for output in job.outputs)


def _problem(job: Job, struck: str, said: str) -> str:
    """What is wrong with the message of a job that failed; empty if nothing is."""
    if "Traceback" in said or "--- Logging error" in said:
        return "a traceback on the terminal"
    if said.count("Error in ") != 1:
        return "not one message"
    named = said if struck == job.log else said.replace(job.log, "")
    if os.sep not in named:
        return "no file is named"
    return ""


def contents(folder: Path) -> dict[str, str]:
    """The hash of what each file of the results says, but for times; logs have none."""
    return {
        str(path.relative_to(folder)): _said_by(path)
        for path in sorted((folder / "results").rglob("*"))
        if path.is_file() and path.name != ".snakemake_timestamp"  # Snakemake's, not the job's
    }


UNCOMPARED = ("hashes.json",)
TIMES = ("finished", "resumed_at", "timings", "peak_memory_mb")


def _said_by(path: Path) -> str:
    data = b""
    try:
        if (
            path.name in UNCOMPARED
            or ".sums" in path.parts
            or path.suffix in (".lock", ".owner", ".log")
        ):
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
