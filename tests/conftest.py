"""What several test files share: the repository, real data, and a finished demo study."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
DATA_DIR = Path(os.environ.get("SOFTMAX2CNN_DATA_DIR") or ROOT.parent / "shared" / "data")

# The beginning of a study of seconds: name, title and experiments follow.
SMALL_STUDY = """
datasets:
  digits: {source: digits, title: Digits}
defaults:
  seeds: [0, 1]
  device: cpu
  resources: {runtime: 1}
  training: {epochs: 1}
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests are run by `make long` alone."""
    if "LONG" not in os.environ:
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes; see `make long`"))


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository's files in a folder of its own."""

    path: Path

    def snakemake(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Snakemake in it; stdout and stderr come back together."""
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.path,
            env=os.environ | environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def planned(self, *arguments: str) -> dict[str, int]:
        """The jobs that a dry run plans: how many of each rule."""
        done = self.snakemake("-n", "--quiet", "host", "reason", "rules", "--", *arguments)
        assert done.returncode == 0, done.stdout
        return counts(done.stdout)


def counts(output: str) -> dict[str, int]:
    """The table of job counts in Snakemake's output, without its total."""
    lines = output.splitlines()
    if not any(line.startswith("Job stats") for line in lines):
        assert "Nothing to be done" in output, output
        return {}
    start = next(i for i, line in enumerate(lines) if line.startswith("---"))
    table = {}
    for line in lines[start + 1 :]:
        rule, number = line.split()
        if rule == "total":
            break
        table[rule] = int(number)
    return table


def repository_files() -> list[str]:
    """The repository's files and links that are not ignored, also new ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = filter(None, listed.split("\0"))
    return [name for name in names if (ROOT / name).is_symlink() or (ROOT / name).is_file()]


def copy_repository(path: Path, **configs: str) -> Checkout:
    """Copy the repository's files to a new folder.

    Args:
        path: of the folder.
        configs: the texts of more files in `config/`, by their names without `.yaml`.
    """
    for name in repository_files():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, path / name, follow_symlinks=False)
    for name, text in configs.items():
        (path / "config" / f"{name}.yaml").write_text(text)
    return Checkout(path)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, or another one of the machine's."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy of the repository, without results."""
    return copy_repository(tmp_path / "fresh copy ü")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository in which the demo study has run."""
    checkout = copy_repository(tmp_path_factory.mktemp("demo") / "with a space ü")
    done = checkout.snakemake("--configfile", "config/demo.yaml", LC_ALL="C")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the real MNIST and Fashion-MNIST files; skips where there is none."""
    if not (DATA_DIR / "mnist").is_dir():
        pytest.skip("no real data here; name its folder in SOFTMAX2CNN_DATA_DIR")
    return DATA_DIR
