"""What was published is known by its SHA-256."""

import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from study import manifest
from study.errors import StudyError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "results ü"
    (own / "tables").mkdir(parents=True)
    (own / "tables" / "runs.csv").write_text("a,b\n")
    (own / "tables" / ".snakemake_timestamp").touch()
    (own / "report.html").write_text("<p>")
    (own / "not published").write_text("")
    manifest.write(own, [own / "tables", own / "report.html"])
    return own


def test_what_is_as_it_was_published(folder: Path) -> None:
    assert list(manifest.differences(folder)) == []
    names = [line[66:] for line in (folder / manifest.NAME).read_text().splitlines()]
    assert names == ["report.html", "tables/runs.csv"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not here")
def test_the_usual_program_reads_it(folder: Path) -> None:
    command = ["sha256sum", "--check", "--strict", manifest.NAME]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 0
    (folder / "report.html").write_text("<q>")
    assert subprocess.run(command, cwd=folder, check=False).returncode == 1


def test_a_name_may_have_any_other_mark(folder: Path) -> None:
    """Python takes more marks for the end of a line than the format does."""
    name = "a\u2028b\x85c\x1cd"
    (folder / name).write_text("")
    manifest.write(folder, [folder / name])
    assert list(manifest.read(folder)) == [name]
    assert list(manifest.differences(folder)) == []


def test_ends_of_lines_may_be_those_of_windows(folder: Path) -> None:
    sums = folder / manifest.NAME
    sums.write_bytes(sums.read_bytes().replace(b"\n", b"\r\n"))
    assert list(manifest.differences(folder)) == []


@pytest.mark.parametrize("mark", ["\n", "\r", "\\"])
def test_a_name_that_the_format_cannot_say_is_refused(folder: Path, mark: str) -> None:
    (folder / f"a{mark}b").write_text("")
    with pytest.raises(StudyError, match=r"cannot name the file 'a.*b'; rename it"):
        manifest.write(folder, [folder / f"a{mark}b"])


def test_what_differs_is_named(folder: Path) -> None:
    (folder / "report.html").write_text("<q>")
    (folder / "tables" / "runs.csv").unlink()
    found = list(manifest.differences(folder))
    assert found == [
        f"{folder}/report.html: its content has changed",
        f"{folder}/tables/runs.csv: is missing",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0123  report.html\n", "line 1: is no line of a manifest"),
        (f"{'0' * 64}  ../elsewhere\n", "is not in the folder"),
    ],
)
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str, expected: str) -> None:
    (folder / manifest.NAME).write_text(text)
    with pytest.raises(StudyError, match=expected):
        list(manifest.differences(folder))


def test_no_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="SHA256SUMS cannot be read"):
        list(manifest.differences(tmp_path))


def test_what_is_published_in_docs_is_whole() -> None:
    folders = [file.parent for file in (ROOT / "docs").rglob(manifest.NAME)]
    assert ROOT / "docs" / "results" in folders
    for folder in folders:
        assert list(manifest.differences(folder)) == []
        named = {line[66:] for line in (folder / manifest.NAME).read_text().splitlines()}
        there = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}
        assert there - {manifest.NAME} == named
