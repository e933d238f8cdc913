"""The run after a fault: of the job by itself, or of plain Snakemake, which runs it."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from job_client import Server
from recorded_jobs import CONFIG, Job, forget

from conftest import Checkout

Next = Callable[[Job, Path, bool], tuple[int, str]]
"""Runs a job in a folder once more; told whether it was killed. Returns status and messages."""


def by_itself(server: Server) -> Next:
    """Run the job by itself, as Snakemake would."""

    def run(job: Job, folder: Path, killed: bool) -> tuple[int, str]:
        forget(job, folder)
        return server.run(job, folder)

    return run


def by_snakemake(checkout: Checkout, folder: Path) -> Next:
    """Call `snakemake --cores 2` for the outputs of the job.

    A job that was killed was killed with its Snakemake: its outputs are still there, marked
    incomplete. Of one that has failed Snakemake has removed the outputs.

    Args:
        checkout: where the study has run.
        folder: a new folder, for a copy of the checkout.
    """
    results = folder / "results"
    memory = folder / ".snakemake" / "incomplete"
    shutil.copytree(
        checkout.path, folder, symlinks=True, ignore=shutil.ignore_patterns("results", "log")
    )

    def run(job: Job, case: Path, killed: bool) -> tuple[int, str]:
        if not killed:
            forget(job, case)
        (case / "results").rename(results)
        for output in job.outputs if killed else []:
            marker = memory / base64.urlsafe_b64encode(output.encode()).decode()
            marker.write_text('{"external_jobid": null}')
        command = ["--cores", "2", "--configfile", CONFIG, "--", *job.outputs]
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", *command],
            cwd=folder, text=True, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        results.rename(case / "results")
        if done.returncode == 0 and "Nothing to be done" in done.stdout and killed:
            return 1, f"nothing was run: {done.stdout}"
        return done.returncode, done.stdout

    return run
