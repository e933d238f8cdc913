"""What every job does around its work."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from study.errors import StudyError
from study.jobs import command

JOB = """
import os, signal, sys
from types import SimpleNamespace
from study.errors import StudyError
from study.jobs import job

run = SimpleNamespace(
    log=[sys.argv[1]], rule="train", threads=1, wildcards={"experiment": "lenet5", "seed": "3"},
    input=sys.argv[3:4], output=sys.argv[4:5],
)
with job(run):
    exec(sys.argv[2])
"""


def run(log: Path, work: str) -> "subprocess.CompletedProcess[str]":
    scripts = Path(__file__).parent.parent / "workflow" / "scripts"
    return subprocess.run(
        [sys.executable, "-c", JOB, str(log), work],
        env={**os.environ, "PYTHONPATH": str(scripts)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_job_that_is_killed_names_its_run_and_its_log(tmp_path: Path) -> None:
    log = tmp_path / "seed-3.log"
    done = run(log, "os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == -signal.SIGKILL
    assert "Error in train experiment=lenet5 seed=3" in done.stderr
    assert "memory" in done.stderr
    assert str(log) in done.stderr


def test_a_log_that_is_removed_loses_no_line(tmp_path: Path) -> None:
    log = tmp_path / "seed-3.log"
    work = (
        "from study.jobs import logger; from pathlib import Path; log = Path(run.log[0])\n"
        "logger.info('first'); log.unlink(); log.write_text('of another\\n')\n"
        "logger.info('second'); logger.info('third')"
    )
    done = run(log, work)
    assert done.returncode == 0, done.stderr
    told = [line.split(" INFO ")[-1] for line in log.read_text().splitlines()]
    assert told[0] == "of another"
    assert told[1].startswith("start: train")
    assert told[2:5] == ["first", "second", "third"]


def test_what_libraries_print_is_in_the_log_alone(tmp_path: Path) -> None:
    log = tmp_path / "seed-3.log"
    done = run(log, "print('from Python'); os.write(1, b'native\\n'); os.write(2, b'warning\\n')")
    assert (done.stdout, done.stderr) == ("", "")
    assert {"from Python", "native", "warning"} < set(log.read_text().splitlines())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_job_that_is_stopped_says_so_and_blames_no_memory(
    tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "seed-3.log"
    unlike_nohup = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    work = f"{unlike_nohup}; os.kill(os.getpid(), {number}); import time; time.sleep(9)"
    done = run(log, work)
    assert done.returncode == 128 + number
    assert "Stopped: train experiment=lenet5 seed=3" in done.stderr
    assert "memory" not in done.stderr
    assert "Traceback" not in done.stderr
    assert f"stopped by {number.name}" in log.read_text()


def test_the_warnings_of_libraries_are_not_before_our_message(tmp_path: Path) -> None:
    log = tmp_path / "seed-3.log"
    work = (
        "import logging, warnings; from study.jobs import logger\n"
        "warnings.warn('of Python'); logging.getLogger('absl').warning('of a library')\n"
        "logger.warning('of ours'); raise StudyError('too long')"
    )
    done = run(log, work)
    assert done.stderr.startswith("of ours\n\nError in train")
    assert "of Python" in log.read_text()
    assert "of a library" in log.read_text()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StudyError("too long"), "^too long$"),
        (OSError(28, "No space left on device", "a.csv"), "^a.csv: No space left.*Make room"),
        (OSError(28, "No space left on device"), "^No space left.*Make room"),
        (PermissionError(13, "Permission denied", "a"), "^a: Permission denied.*whose file"),
        (SyntaxError("invalid syntax", ("m.py", 3, 1, "x")), "^m.py, line 3: invalid syntax; that"),
        (MemoryError(), "not enough memory.*fewer jobs"),
    ],
)
def test_a_command_of_the_terminal_ends_with_one_message(error: Exception, told: str) -> None:
    with pytest.raises(SystemExit, match=told), command():
        raise error


@pytest.mark.parametrize(
    ("work", "status", "told"),
    [
        ("pass", 0, ""),
        ("sys.exit(143)", 143, ""),
        ("raise StudyError('too long')", 1, "Error in train experiment=lenet5 seed=3:\ntoo long\n"),
        ("{}['x']", 1, "KeyError: 'x'"),
    ],
)
def test_a_job_says_once_how_it_ended(tmp_path: Path, work: str, status: int, told: str) -> None:
    log = tmp_path / "seed-3.log"
    done = run(log, work)
    assert done.returncode == status
    assert done.stderr.count("Error in train") == bool(told)
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert ("Traceback" in log.read_text()) == (status == 1)
