"""What is committed: sources, tables and pictures, each small enough for a forge to show."""

import re
import subprocess

import pytest

from conftest import ROOT

LARGEST = 5_000_000
"""Bytes. Forges show no file that is larger."""

KINDS = {
    *("py", "smk", "sh", "js", "css", "j2", "html"),
    *("md", "rst", "txt", "in", "toml", "yaml", "yml", "json", "cff", "gitignore"),
    *("csv", "npz", "png", "svg"),
}
BY_NAME = {"LICENSE", "Makefile", "SHA256SUMS", "Snakefile", "run", "profiles"}
FOREIGN = re.compile(rb"pythonhosted[.]org|index[-]url|/home/[a-z]+/|/root[/]")


def ending(name: str) -> str:
    """What stands behind the last point of a file's name."""
    return name.rsplit(".")[-1]


@pytest.fixture(scope="module")
def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_is_of_a_kind_that_does_not_belong_here(files: list[str]) -> None:
    """A package or an archive in the root was once taken for a part of the project."""
    names = {file: file.rsplit("/")[-1] for file in files}
    known = {file for file, name in names.items() if name in BY_NAME or ending(name) in KINDS}
    assert not names.keys() - known


def test_no_file_is_too_large_for_a_forge(files: list[str]) -> None:
    assert not [name for name in files if (ROOT / name).stat().st_size > LARGEST]


def test_no_file_names_a_place_of_one_machine(files: list[str]) -> None:
    found = {name: FOREIGN.search((ROOT / name).read_bytes()) for name in files}
    assert not {name: match.group() for name, match in found.items() if match}
