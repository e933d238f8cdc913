"""The example of docs/interruptible-training.md, killed in each of the ways that the page names."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT

EXAMPLE = ROOT / "docs" / "interruptible"
AGAIN = ("--cores", "2", "--rerun-incomplete")
CHECKPOINT = "state/seed-0/[!.]*.json"
"""A complete one: while it is written, its name begins with a dot."""


def copied(folder: Path) -> Path:
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("models", "state", ".*"))
    return folder


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": places},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finished(folder: Path, *arguments: str) -> str:
    said, _ = (process := started(folder, *arguments)).communicate(timeout=120)
    assert process.returncode == 0, said
    return said


def models(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (folder / "models").iterdir()}


def jobs(folder: Path) -> list[int]:
    """The processes of the trainings that run in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if b"train.py" in command and command[0].startswith(b"python"):
                found += [int(process.name)] if (process / "cwd").resolve() == folder else []
        except OSError:
            continue
    return found


def wait_for(what: str, folder: Path) -> None:
    limit = time.monotonic() + 60
    while not list(folder.glob(what)):
        assert time.monotonic() < limit, what
        time.sleep(0.02)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = copied(tmp_path_factory.mktemp("interruptible") / "undisturbed")
    finished(folder, "--cores", "2")
    found = models(folder)
    assert sorted(found) == ["seed-0.json", "seed-1.json"]
    assert not list(folder.glob("state/seed-*/*"))
    return found


@pytest.mark.parametrize("how", ["Ctrl-C", "all killed", "a job killed", "Snakemake killed"])
def test_the_example_ends_with_the_same_bits(
    how: str, expected: dict[str, bytes], tmp_path: Path
) -> None:
    folder = copied(tmp_path / "example")
    process = started(folder, "--cores", "2")
    wait_for(CHECKPOINT, folder)
    outlive: list[int] = []
    if how == "Ctrl-C":
        os.killpg(process.pid, signal.SIGINT)
    elif how == "all killed":
        os.killpg(process.pid, signal.SIGKILL)
    elif how == "a job killed":
        for job in jobs(folder):
            os.kill(job, signal.SIGKILL)
    else:
        process.kill()
        outlive = jobs(folder)
        for job in outlive:  # they take longer than the next Snakemake, however slow that is
            os.kill(job, signal.SIGSTOP)
    try:
        assert process.wait(60) != 0
        if "killed" in how and how != "a job killed":
            finished(folder, "--unlock")
        if how == "Snakemake killed":
            assert outlive
            said, _ = started(folder, *AGAIN).communicate(timeout=120)
            assert "another process trains this already" in said
            assert jobs(folder) == outlive, "a second Snakemake disturbs them"
        else:
            assert list(folder.glob(CHECKPOINT))
    finally:
        for job in outlive:
            os.kill(job, signal.SIGCONT)
    while jobs(folder):
        time.sleep(0.05)
    said = finished(folder, *AGAIN)
    assert ("continues after step" in said) == (how != "Snakemake killed")
    assert models(folder) == expected
    assert not list(folder.glob("state/seed-*/*"))


def test_with_another_setting_it_starts_from_the_beginning(tmp_path: Path) -> None:
    folder = copied(tmp_path / "example")
    process = started(folder, "--cores", "2")
    wait_for(CHECKPOINT, folder)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    finished(folder, "--unlock")
    said = finished(folder, *AGAIN, "--config", "steps=50")
    assert "continues" not in said
