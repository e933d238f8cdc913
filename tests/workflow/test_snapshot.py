"""The snapshot of a finished study's results, for the repository itself."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from finished_demo import edit, read

from conftest import Checkout, copy_repository


@pytest.fixture
def cloned(demo: Checkout, tmp_path: Path) -> Checkout:
    """A git repository of its own, beside whose code the demo's results lie."""
    checkout = copy_repository(tmp_path / "clone")
    shutil.copytree(demo.path / "results", checkout.path / "results")
    git(checkout, "init", "--quiet")
    git(checkout, "config", "user.name", "A. Reader")
    git(checkout, "config", "user.email", "reader@example.org")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "All")
    return checkout


def git(checkout: Checkout, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=checkout.path, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def snapshot(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/snapshot.py", "config/demo.yaml"],
        cwd=checkout.path, check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_a_snapshot_names_its_commit_and_fills_the_readme(cloned: Checkout) -> None:
    done = snapshot(cloned)
    assert done.returncode == 0, done.stderr
    folder = cloned.path / "docs" / "results"
    where = json.loads((folder / "provenance.json").read_text())
    assert where["commit"] == git(cloned, "rev-parse", "HEAD")
    assert (folder / "report.html").stat().st_size > 1_000_000
    readme = (cloned.path / "README.md").read_text()
    for run in read(folder / "runs.csv"):
        words = run["experiment"].replace("_", " "), run["variant"].replace("_", " ")
        assert f"| {words[0]} | {words[1]} | {run['dataset_title']} |" in readme
        assert f"| {float(run['accuracy']):.4f} |" in readme
    for figure in re.findall(r"docs/results/figures/[\w.-]+", readme):
        assert (cloned.path / figure).is_file()


def test_a_snapshot_of_other_code_is_refused(cloned: Checkout) -> None:
    before = (cloned.path / "README.md").read_bytes()
    edit(cloned, "workflow/scripts/study/models/lenet5.py", "Dense(84", "Dense(83")
    done = snapshot(cloned)
    assert done.returncode != 0
    assert "commit first" in done.stderr
    git(cloned, "commit", "--all", "--quiet", "--message", "Another model")
    done = snapshot(cloned)
    assert done.returncode != 0
    assert "the results are not those of this code" in done.stderr
    assert (cloned.path / "README.md").read_bytes() == before
