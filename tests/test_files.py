"""Atomic writes."""

import errno
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


def test_a_folder_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    with files.atomic_folder(folder) as whole:
        (whole / "variables").mkdir()
        (whole / "variables" / "a").write_text("1")
        assert not folder.exists()
    assert (folder / "variables" / "a").read_text() == "1"

    def fill_the_disk() -> None:
        with files.atomic_folder(folder) as whole:
            (whole / "half").write_text("2")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space") as caught:
        fill_the_disk()
    assert caught.value.filename == str(folder), "which the user knows"
    assert [path.name for path in folder.iterdir()] == ["variables"]
    with files.atomic_folder(folder) as whole:
        (whole / "b").write_text("3")
    assert [path.name for path in folder.iterdir()] == ["b"], "replaced, not added to"
    assert [path.name for path in tmp_path.iterdir()] == ["export"], "nothing is left"


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
