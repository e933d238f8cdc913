"""Atomic writes."""

import os
import tempfile
from pathlib import Path

import pytest

from study import files
from study.errors import DamagedError


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    files.write_text(file, "old")

    def write_half() -> None:
        with files.atomic(file) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "a.json", {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b'{"a": ', b"\xff\xfe\xfa", b"# a text\n"])
def test_a_damaged_json_file_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(content)
    with pytest.raises(DamagedError, match=r"run\.json: is damaged .* run Snakemake again"):
        files.read_json(file)


def test_a_folder_that_is_there_or_can_be_made_is_usable(tmp_path: Path) -> None:
    assert files.unusable(tmp_path) == files.unusable(tmp_path / "results" / "demo") == ""


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    found = files.unusable(tmp_path / "results" / "demo")
    assert found == f"{tmp_path / 'results'}: is not a folder; move it away"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for another user")
def test_the_folder_of_another_user_is_named_with_its_owner() -> None:
    with tempfile.TemporaryDirectory() as clone:
        Path(clone).chmod(0o755)
        os.seteuid(65534)
        try:
            found = files.unusable(Path(clone) / "results" / "demo")
        finally:
            os.seteuid(0)
        assert found.startswith(f"{clone}: cannot be written to (it belongs to root); work in a")


def test_a_file_of_the_future_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "dataset.json"
    assert files.of_the_future(file) == ""
    file.touch()
    assert files.of_the_future(file) == ""
    os.utime(file, (4e9, 4e9))
    assert "dataset.json: is dated 2096-10-02" in files.of_the_future(file)
    assert "find results -newermt now -exec touch" in files.of_the_future(file)
