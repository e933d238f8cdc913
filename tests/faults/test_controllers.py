"""Snakemake and its jobs killed in every order, two at once, and a disk that fills up.

The whole of it: `make faults`, or FAULTS=1 python -m pytest tests/faults/test_controllers.py
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from injections import contents

from conftest import SMALL_STUDY, Checkout, copy_repository

WHOLE = "FAULTS" in os.environ
STUDY = f"""{SMALL_STUDY}
study: long
title: A run that takes some seconds
experiments:
  long:
    title: Long
    dataset: digits
    model: mlp
    seeds: [0]
    training: {{epochs: 600}}
"""
CONFIG = ("--configfile", "config/long.yaml")
RUN = "results/long/runs/long/default/seed-0"
TRAINING = (*CONFIG, "--", f"{RUN}/run.json")
LOG = "results/long/logs/train/long/default/seed-0.log"
ORDERS = [
    "the job",
    "Snakemake",
    "both at once",
    "the job, then Snakemake",
    "Snakemake, then the job",
]


def started(checkout: Checkout) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *TRAINING],
        cwd=checkout.path,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def trainings(checkout: Checkout) -> list[int]:
    """The processes that train in a checkout, without those that watch them."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            here = (process / "cwd").resolve() == checkout.path
            if here and b"train.py" in command and b"scripts/tmp" in command:
                status = (process / "status").read_text()
                parent = int(status.split("PPid:")[1].split()[0])
                found[int(process.name)] = parent
        except (OSError, IndexError):
            continue
    return [process for process, parent in found.items() if parent not in found]


def wait_for_training(checkout: Checkout) -> None:
    limit = time.monotonic() + 120
    log = checkout.path / LOG
    while "epoch 5" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < limit
        time.sleep(0.05)


def send(checkout: Checkout, what: signal.Signals) -> None:
    for process in trainings(checkout):
        os.kill(process, what)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    checkout = copy_repository(tmp_path_factory.mktemp("controllers") / "undisturbed", long=STUDY)
    done = checkout.snakemake(*TRAINING)
    assert done.returncode == 0, done.stdout[-3000:]
    return of_run(checkout)


def of_run(checkout: Checkout) -> dict[str, str]:
    return {name: said for name, said in contents(checkout.path).items() if name.startswith(RUN)}


def finish(checkout: Checkout, expected: dict[str, str]) -> None:
    done = checkout.snakemake(*TRAINING)
    if "--unlock" in done.stdout:
        checkout.snakemake(*CONFIG, "--unlock")
        done = checkout.snakemake(*TRAINING)
    assert done.returncode == 0, done.stdout[-5000:]
    assert of_run(checkout) == expected


def verify(checkout: Checkout) -> None:
    verified = subprocess.run(
        [sys.executable, "-m", "study.manifest", "results/long"],
        cwd=checkout.path,
        env=os.environ | {"PYTHONPATH": str(checkout.path / "workflow" / "scripts")},
        check=False,
    )
    assert verified.returncode == 0


@pytest.mark.parametrize("order", ORDERS if WHOLE else ORDERS[-1:])
def test_killed_in_any_order_it_ends_with_the_same_bits(
    order: str, expected: dict[str, str], tmp_path: Path
) -> None:
    checkout = copy_repository(tmp_path / "study ü", long=STUDY)
    process = started(checkout)
    wait_for_training(checkout)
    for what in order.replace("both at once", "all").split(", then "):
        if what == "the job":
            send(checkout, signal.SIGKILL)
        elif what == "Snakemake":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
            send(checkout, signal.SIGKILL)
        time.sleep(0.5)
    process.wait(60)
    assert not (checkout.path / RUN / "run.json").exists()
    if order == "Snakemake":  # its job goes on, and is left alone
        assert trainings(checkout)
        checkout.snakemake(*CONFIG, "--unlock")
        send(checkout, signal.SIGSTOP)  # so that it has not ended before it is disturbed
        before = (checkout.path / LOG).read_text()
        second = checkout.snakemake(*TRAINING)
        send(checkout, signal.SIGCONT)
        assert second.returncode != 0
        assert "is training this run already" in second.stdout
        while trainings(checkout):
            time.sleep(0.2)
        log = (checkout.path / LOG).read_text()
        assert before in log
        assert "epoch 599" in log
    finish(checkout, expected)


@pytest.mark.skipif(not WHOLE, reason="takes a minute; see `make faults`")
def test_a_second_controller_is_refused_and_disturbs_nothing(
    expected: dict[str, str], tmp_path: Path
) -> None:
    checkout = copy_repository(tmp_path / "study", long=STUDY)
    first = started(checkout)
    wait_for_training(checkout)
    second = checkout.snakemake(*TRAINING)
    assert second.returncode != 0
    assert "cannot be locked" in second.stdout
    said, _ = first.communicate(timeout=300)
    assert first.returncode == 0, said
    finish(checkout, expected)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Any]:
    """A file system of memory, of a size that can be changed."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options: str) -> None:
        asked = ["mount", "-t", "tmpfs", *options, "none", str(folder)]
        if subprocess.run(asked, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted here: that takes root")

    mount("-o", "size=64k")
    yield folder, lambda size: mount("-o", f"remount,size={size}k")
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not WHOLE, reason="takes minutes; see `make faults`")
def test_a_disk_that_is_full_at_each_stage_costs_nothing(
    expected: dict[str, str], small_disk: Any, tmp_path: Path
) -> None:
    """The disk grows a little after each failure, so that every stage meets the end of it."""
    folder, grow = small_disk
    checkout = copy_repository(tmp_path / "study", long=STUDY)
    (checkout.path / "results").symlink_to(folder)
    failed = []
    size = 64.0
    while True:
        done = checkout.snakemake(*CONFIG)
        if done.returncode == 0:
            break
        assert "Traceback" not in done.stdout, done.stdout[-3000:]
        assert "No space left on device" in done.stdout, done.stdout[-3000:]
        failed += [line.split()[2] for line in done.stdout.splitlines() if "Error in " in line]
        size *= 1.25
        assert size < 50_000
        grow(int(size))
    assert len(set(failed)) >= 4, failed
    assert of_run(checkout) == expected
    verify(checkout)
