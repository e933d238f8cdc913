"""GPUs are handed out, one per process. No GPU is needed: `nvidia-smi` is a stand-in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from study.errors import StoppedError
from study.training import devices

GPUS = ["GPU-aaaa-1", "GPU-bbbb-2"]

JOB = """
import sys
sys.path.insert(0, sys.argv[1])
import logging
import os
from study.training import devices
logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stdout)
print(devices.take_gpu(wait=sys.argv[3] == "wait", folder=sys.argv[2]), flush=True)
print(os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with two gpus."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\n" + "".join(f"echo {gpu}\n" for gpu in GPUS))
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


def test_two_jobs_get_two_gpus_and_a_third_waits(machine: Path) -> None:
    first, second = start(machine), start(machine)
    by_job = [taken(first), taken(second)]
    assert set(by_job) == {(gpu, gpu) for gpu in GPUS}
    refused = start(machine, wait="no")
    assert taken(refused) == ("None", "None")
    refused.communicate()
    third = start(machine)
    assert third.stdout
    assert third.stdout.readline() == "waits for a GPU: all 2 are taken\n"
    first.kill()  # however it ends, its gpu is free again
    first.wait()
    assert taken(third) == by_job[0]
    for job in (second, third):
        job.communicate()


def test_a_job_that_waits_can_be_stopped(machine: Path) -> None:
    first, second = start(machine), start(machine)
    taken(first), taken(second)
    with pytest.raises(StoppedError, match="waited for a GPU"):
        devices.take_gpu(folder=machine / "locks", stopping=lambda: True)
    for job in (first, second):
        job.communicate()


def test_a_gpu_that_is_released_is_free(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert devices.take_gpu(wait=False, folder=machine / "locks") == GPUS[0]
    assert os.environ["CUDA_VISIBLE_DEVICES"] == GPUS[0]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    other = start(machine, wait="no")
    assert taken(other)[0] == "None"
    other.communicate()
    devices.release()
    other = start(machine, wait="no")
    assert taken(other) == (GPUS[0], GPUS[0])
    other.communicate()


WITHOUT_CUDA = """
import sys
sys.path.insert(0, sys.argv[1])
from study.training import backend
print(backend.start("auto", 1).kind, flush=True)
sys.stdin.read()
"""


def test_a_training_that_cannot_use_the_gpu_leaves_it_to_others(machine: Path) -> None:
    """A driver without CUDA's libraries: the gpu is listed, but TensorFlow finds none."""
    job = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_CUDA, str(ROOT / "workflow" / "scripts")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"TMPDIR": str(machine / "locks")},
    )  # fmt: skip
    assert job.stdout
    assert job.stdout.readline() == "cpu\n"
    assert (machine / "locks" / f"softmax2cnn-{GPUS[0]}.lock").exists(), "it had taken it"
    assert devices.take_gpu(wait=False, folder=machine / "locks") == GPUS[0]
    devices.release()
    job.communicate()


def test_a_machine_without_gpus_gives_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices.installed_gpus() == []
    assert devices.take_gpu(folder=tmp_path) is None


@pytest.mark.parametrize(
    ("setting", "visible"),
    [
        (None, GPUS),
        ("1", GPUS[1:]),
        ("1,0", GPUS[::-1]),
        ("GPU-bbbb", GPUS[1:]),
        ("0,7,1", GPUS[:1]),  # CUDA stops at the first that is not there
        ("-1", []),
        ("", []),
    ],
)
def test_what_a_scheduler_gives_is_respected(setting: str | None, visible: list[str]) -> None:
    assert devices.visible_gpus(setting, GPUS) == visible
