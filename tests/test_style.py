"""Format, style, types and Snakemake's own linter."""

import subprocess
import sys

import pytest

from conftest import ROOT, Checkout

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "snakefmt": ["-m", "snakefmt", "--check", "Snakefile", "workflow"],
    "mypy": ["-m", "mypy"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_no_complaint_from(check: str) -> None:
    done = subprocess.run(
        [sys.executable, *CHECKS[check]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_snakemake_lint_is_clean() -> None:
    """But for its wish to part rules from functions: an input function stands beside its rule."""
    done = Checkout(ROOT).snakemake("--lint")
    titles = {line.strip() for line in done.stdout.splitlines() if line.startswith("    * ")}
    assert titles == {"* Mixed rules and functions in same snakefile.:"}, done.stdout
