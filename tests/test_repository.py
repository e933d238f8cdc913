"""What is committed: sources, tables and pictures, each small enough for a forge to show."""

import json
import re
import subprocess

import pytest

from conftest import ROOT, repository_files

LARGEST = 5_000_000
"""Bytes. Forges show no file that is larger."""

KINDS = {
    *("py", "smk", "sh", "js", "css", "j2", "html"),
    *("md", "rst", "txt", "in", "toml", "yaml", "yml", "json", "cff", "gitignore"),
    *("csv", "npz", "png", "svg"),
}
BY_NAME = {"LICENSE", "Makefile", "SHA256SUMS", "Snakefile", "run", "profiles"}
PLACE = re.compile(rb"/home/[a-z]+/|/root[/]")


def ending(name: str) -> str:
    """What stands behind the last point of a file's name."""
    return name.rsplit(".")[-1]


@pytest.fixture(scope="module")
def files() -> list[str]:
    return [name for name in repository_files() if (ROOT / name).is_file()]


def test_no_file_is_of_a_kind_that_does_not_belong_here(files: list[str]) -> None:
    """A package or an archive in the root was once taken for a part of the project."""
    names = {file: file.rsplit("/")[-1] for file in files}
    known = {file for file, name in names.items() if name in BY_NAME or ending(name) in KINDS}
    assert not names.keys() - known


def test_no_file_is_too_large_for_a_forge(files: list[str]) -> None:
    assert not [name for name in files if (ROOT / name).stat().st_size > LARGEST]


def test_no_file_names_a_place_of_one_machine(files: list[str]) -> None:
    found = {name: PLACE.search((ROOT / name).read_bytes()) for name in files}
    assert not {name: match.group() for name, match in found.items() if match}


def test_locks_carry_hashes_and_no_addresses() -> None:
    locks = list((ROOT / "envs").glob("*.txt"))
    assert locks
    for lock in locks:
        lines = lock.read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("--")], lock
        assert any("--hash=sha256:" in line for line in lines), lock


def test_published_results_name_a_commit_of_this_history() -> None:
    """But for those that are older, which say so."""
    shallow = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    if shallow == "true":
        pytest.skip("only a part of the history is here")
    named = {
        file.parent.name: where["commit"]
        for file in (ROOT / "docs").rglob("provenance.json")
        if not (where := json.loads(file.read_text())).get("older")
    }
    assert named
    unknown = {
        name
        for name, commit in named.items()
        if subprocess.run(
            ["git", "merge-base", "--is-ancestor", commit, "HEAD"], cwd=ROOT, check=False
        ).returncode
    }
    assert unknown == set()
