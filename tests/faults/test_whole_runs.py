"""Whole calls of Snakemake under faults and random failures, and with clocks that jump.

These take minutes: `make faults`, or FAULTS=1 python -m pytest tests/faults/test_whole_runs.py.
libfiu (Debian: fiu-utils) makes functions of the C library fail, libfaketime (faketime) sets the
clock.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from injections import contents

from conftest import SMALL_STUDY, Checkout, copy_repository

pytestmark = pytest.mark.skipif("FAULTS" not in os.environ, reason="takes minutes")

CONFIG = ("--configfile", "config/short.yaml")
STUDY = f"""{SMALL_STUDY}
study: short
title: A study of seconds
experiments:
  short: {{title: Short, dataset: digits, model: mlp}}
"""
PUBLISHED = ("results/short/runs/", "results/short/tables/", "results/short/data/")
TIMED = ("tables/runs.csv", "tables/variants.csv")
"""They have the times of trainings."""

ROUNDS = 12
"""Calls of Snakemake with failures, before the one without."""

STRUCK = 24
"""Calls of Snakemake with a fault at a system call."""

CALLS = ("rename", "link", "fsync", "mkdir", "unlink")
KINDS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")

FAILING = {
    "posix/io/rw/write": 0.003,
    "posix/io/rw/pwrite": 0.003,
    "posix/io/sync/fsync": 0.1,
    "posix/io/dir/rename": 0.1,
    "posix/io/dir/link": 0.1,
    "posix/io/dir/unlink": 0.02,
    "posix/io/dir/mkdir": 0.05,
}
"""The functions of the C library that fail, and how often, with an error that they may have."""


def published(checkout: Checkout) -> dict[str, str]:
    """The files that have to be the same bits, each with what it says but for times."""
    found = contents(checkout.path)
    return {
        name: said
        for name, said in found.items()
        if name.startswith(PUBLISHED) and not name.endswith(TIMED)
    }


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    checkout = copy_repository(tmp_path_factory.mktemp("whole") / "undisturbed", short=STUDY)
    done = checkout.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout[-3000:]
    return published(checkout)


def ended(command: list[str], checkout: Checkout) -> int:
    """How a command ends. Snakemake itself may wait for ever if a write of its own fails."""
    process = subprocess.Popen(
        command, cwd=checkout.path, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return process.wait(timeout=90)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


@pytest.mark.skipif(not shutil.which("fiu-run"), reason="needs libfiu (Debian: fiu-utils)")
def test_random_failures_of_the_c_library_cost_only_another_start(
    expected: dict[str, str], tmp_path: Path
) -> None:
    checkout = copy_repository(tmp_path / "study", short=STUDY)
    failing = [
        word
        for name, often in FAILING.items()
        for word in ("-c", f"enable_random name={name},probability={often}")
    ]
    failed = 0
    for _ in range(ROUNDS):
        status = ended(
            ["fiu-run", "-x", *failing, sys.executable, "-m", "snakemake", *CONFIG], checkout
        )
        failed += status != 0
        for name, said in published(checkout).items():
            if status == 0:
                assert said == expected[name], f"{name} is not as in the undisturbed study"
        checkout.snakemake(*CONFIG, "--unlock")
    done = checkout.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout[-3000:]
    assert failed, "nothing failed"
    assert published(checkout) == expected


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_faults_at_calls_of_snakemake_and_its_jobs_cost_only_another_start(
    expected: dict[str, str], tmp_path: Path
) -> None:
    """Each process of a round has the fault at the n-th call of its own, so far as it goes.

    After each round, what is published is whole.
    """
    checkout = copy_repository(tmp_path / "study", short=STUDY)
    choice = random.Random(0)
    ends = []
    for _ in range(STRUCK):
        call, kind = choice.choice(CALLS), choice.choice(KINDS)
        inject = f"inject={call}:{kind}:when={choice.randint(1, 12)}"
        tracing = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", inject]
        ends.append(ended([*tracing, sys.executable, "-m", "snakemake", *CONFIG], checkout))
        half = {n for n, said in published(checkout).items() if said != expected.get(n)}
        assert half == set(), inject
        checkout.snakemake(*CONFIG, "--unlock")
    done = checkout.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout[-3000:]
    assert any(ends), "nothing failed"
    assert published(checkout) == expected


NEEDS_CLOCK = pytest.mark.skipif(
    not shutil.which("faketime"), reason="needs libfaketime (Debian: faketime)"
)
JUMPS = {"+400d": "400 days, ", "-400d": "-400 days, ", "+1h": "1:0", "-1h": "-1 day, 23:0"}
"""And how Snakemake's elapsed time begins then."""

FIRST = "results/short/runs/short/default/seed-0/run.json"


def settled(checkout: Checkout, expected: dict[str, str], *, refused: bool) -> None:
    """Finish a study with the right clock.

    Args:
        checkout, expected: the study, and what it publishes.
        refused: whether its files of the future are refused; then, what is said to do is done.
    """
    done = checkout.snakemake(*CONFIG)
    assert done.returncode == refused, done.stdout[-3000:]
    if refused:
        command = done.stdout.partition("run: ")[2].splitlines()[0]
        subprocess.run(["bash", "-c", command], cwd=checkout.path, check=True)
        done = checkout.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout[-3000:]
    assert published(checkout) == expected
    again = checkout.snakemake(*CONFIG)
    assert again.returncode == 0, again.stdout[-3000:]
    assert "accuracy" not in again.stdout, "a run was trained again"
    assert published(checkout) == expected


@NEEDS_CLOCK
@pytest.mark.parametrize("jump", ["+400d", "-400d"])
def test_a_clock_that_was_wrong_changes_no_bit(
    jump: str, expected: dict[str, str], tmp_path: Path
) -> None:
    """The first run was made while the clock was wrong; then it is set right."""
    checkout = copy_repository(tmp_path / "study", short=STUDY)
    done = subprocess.run(
        ["faketime", "-m", "-f", jump, sys.executable, "-m", "snakemake", *CONFIG, "--", FIRST],
        cwd=checkout.path, env=os.environ | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    settled(checkout, expected, refused=jump.startswith("+"))


@NEEDS_CLOCK
@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_within_a_run_changes_no_bit(
    jump: str, expected: dict[str, str], tmp_path: Path
) -> None:
    """It jumps as the first training has begun, and is right again at the next start."""
    checkout = copy_repository(tmp_path / "study", short=STUDY)
    clock = tmp_path / "clock"
    clock.write_text("+0d")
    fake = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    fake |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    command = ["faketime", "-m", "-f", "+0d", "env", "-u", "FAKETIME"]
    said_in = tmp_path / "said"
    with said_in.open("w") as out:
        process = subprocess.Popen(
            [*command, sys.executable, "-m", "snakemake", *CONFIG],
            cwd=checkout.path, env=os.environ | fake, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    log = checkout.path / "results/short/logs/train/short/default/seed-0.log"
    limit = time.monotonic() + 120
    try:
        while not log.exists():
            assert process.poll() is None and time.monotonic() < limit, said_in.read_text()
            time.sleep(0.01)
        clock.write_text(jump)
        process.wait(300)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    said = said_in.read_text()
    assert "Traceback" not in said
    assert f"Elapsed time: {JUMPS[jump]}" in said
    assert process.returncode == jump.startswith("-"), "outputs older than inputs are refused"
    settled(checkout, expected, refused=False)
