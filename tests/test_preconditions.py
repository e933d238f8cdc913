"""What is wrong with folders and clocks is said before any job."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from study import preconditions


def test_a_folder_that_is_there_or_can_be_made_is_usable(tmp_path: Path) -> None:
    assert (
        preconditions.unusable(tmp_path)
        == preconditions.unusable(tmp_path / "results" / "demo")
        == ""
    )


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    found = preconditions.unusable(tmp_path / "results" / "demo")
    assert found == f"{tmp_path / 'results'}: is not a folder; move it away"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for another user")
def test_the_folder_of_another_user_is_named_with_its_owner() -> None:
    with tempfile.TemporaryDirectory() as clone:
        Path(clone).chmod(0o755)
        os.seteuid(65534)
        try:
            found = preconditions.unusable(Path(clone) / "results" / "demo")
        finally:
            os.seteuid(0)
        assert found.startswith(f"{clone}: cannot be written to (it belongs to root); work in a")


def test_a_read_only_file_system_is_named(tmp_path: Path) -> None:
    asked = ["mount", "-t", "tmpfs", "-o", "ro", "none", str(tmp_path)]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here: that takes root")
    try:
        found = preconditions.unusable(tmp_path / "results" / "demo")
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert found.startswith(f"{tmp_path}: is on a read-only file system; run Snakemake in another")


def test_a_file_of_the_future_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "dataset.json"
    assert preconditions.of_the_future(file) == ""
    file.touch()
    assert preconditions.of_the_future(file) == ""
    os.utime(file, (4e9, 4e9))
    assert "dataset.json: is dated 2096-10-02" in preconditions.of_the_future(file)
    assert "find results -newermt now -exec touch" in preconditions.of_the_future(file)
