"""The other end of :mod:`job_server`: asks for jobs, under strace if need be."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recorded_jobs import Job


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
