"""Graphics cards are handed out one a process. No card is needed: `nvidia-smi` is a stand-in."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from study import devices
from study.errors import StoppedError

CARDS = ["GPU-aaaa-1", "GPU-bbbb-2"]

JOB = """
import sys
sys.path.insert(0, sys.argv[1])
import os
from study import devices
print(devices.take_card(wait=sys.argv[3] == "wait", folder=sys.argv[2]), flush=True)
print(os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with two cards."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\n" + "".join(f"echo {card}\n" for card in CARDS))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "set, so that it is put back as it was")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    (tmp_path / "locks").mkdir()
    return tmp_path


def start(machine: Path, wait: str = "wait") -> subprocess.Popen[str]:
    scripts = ROOT / "workflow" / "scripts"
    return subprocess.Popen(
        [sys.executable, "-c", JOB, str(scripts), str(machine / "locks"), wait],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def taken(job: subprocess.Popen[str]) -> tuple[str, str]:
    assert job.stdout
    return job.stdout.readline().strip(), job.stdout.readline().strip()


def test_two_jobs_get_two_cards_and_a_third_waits(machine: Path) -> None:
    first, second = start(machine), start(machine)
    by_job = [taken(first), taken(second)]
    assert set(by_job) == {(card, card) for card in CARDS}
    refused = start(machine, wait="no")
    assert taken(refused) == ("None", "None")
    refused.communicate()
    third = start(machine)
    assert third.stdout
    assert not select.select([third.stdout], [], [], 3)[0], "it waits"
    first.kill()  # however it ends, its card is free again
    first.wait()
    assert taken(third) == by_job[0]
    for job in (second, third):
        job.communicate()


def test_a_job_that_waits_can_be_stopped(machine: Path) -> None:
    first, second = start(machine), start(machine)
    taken(first), taken(second)
    with pytest.raises(StoppedError, match="waited for a graphics card"):
        devices.take_card(folder=machine / "locks", stopping=lambda: True)
    for job in (first, second):
        job.communicate()


def test_a_card_that_is_given_back_is_free(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert devices.take_card(wait=False, folder=machine / "locks") == CARDS[0]
    assert os.environ["CUDA_VISIBLE_DEVICES"] == CARDS[0]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    other = start(machine, wait="no")
    assert taken(other)[0] == "None"
    other.communicate()
    devices.give_back()
    other = start(machine, wait="no")
    assert taken(other) == (CARDS[0], CARDS[0])
    other.communicate()


WITHOUT_CUDA = """
import sys
sys.path.insert(0, sys.argv[1])
from study import backend
print(backend.start("auto", 1).kind, flush=True)
sys.stdin.read()
"""


def test_a_training_that_cannot_use_the_card_leaves_it_to_others(machine: Path) -> None:
    """A driver without CUDA's libraries: the card is listed, but TensorFlow finds none."""
    job = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_CUDA, str(ROOT / "workflow" / "scripts")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"TMPDIR": str(machine / "locks")},
    )  # fmt: skip
    assert job.stdout
    assert job.stdout.readline() == "cpu\n"
    assert (machine / "locks" / f"softmax2cnn-{CARDS[0]}.lock").exists(), "it had taken it"
    assert devices.take_card(wait=False, folder=machine / "locks") == CARDS[0]
    devices.give_back()
    job.communicate()


def test_a_machine_without_cards_gives_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices.installed_cards() == []
    assert devices.take_card(folder=tmp_path) is None


@pytest.mark.parametrize(
    ("setting", "visible"),
    [
        (None, CARDS),
        ("1", CARDS[1:]),
        ("1,0", CARDS[::-1]),
        ("GPU-bbbb", CARDS[1:]),
        ("0,7,1", CARDS[:1]),  # CUDA stops at the first that is not there
        ("-1", []),
        ("", []),
    ],
)
def test_what_a_scheduler_gives_is_respected(setting: str | None, visible: list[str]) -> None:
    assert devices.visible_cards(setting, CARDS) == visible
