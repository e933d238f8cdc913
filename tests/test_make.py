"""What make hands on: conditions, names and folders arrive as they were typed."""

import os
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

ECHO = '#!/bin/sh\nfor each in "$@"; do echo "<$each>"; done\n'
OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
"""What make tells the programs that it runs, such as these tests."""


def said(folder: Path, *arguments: str) -> list[str]:
    """The lines of a call in a folder where Python only repeats its arguments."""
    for name in (".venv/bin", "envs", "results/there"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text())
    for name in ("envs/study.txt", ".venv/study.done"):
        (folder / name).touch()
    python = folder / ".venv" / "bin" / "python"
    python.write_text(ECHO)
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in OF_MAKE},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "condition",
    [
        "experiment == 'lenet5' and accuracy > 0.9",
        'experiment == "lenet5"',
        "`training.batch_size` > 100",
    ],
)
def test_a_condition_arrives_as_it_was_typed(condition: str, tmp_path: Path) -> None:
    lines = said(tmp_path, "results", f"WHERE={condition}", "SORT=-loss", "ALSO=seed macro_f1")
    assert lines[2:] == [
        "<results/published/tables/runs.csv>", "<--where>", f"<{condition}>", "<--sort=-loss>",
        "<--also>", "<seed>", "<macro_f1>",
    ]  # fmt: skip


def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    name = 'it\'s `my` "folder"'
    lines = said(tmp_path, "predict", f"IMAGES={name}", "MODEL=digits/small clothes")
    assert lines[2:] == [f"<{name}>", "<--model>", "<digits/small>", "<clothes>"]
    assert "Name a folder of pictures" in said(tmp_path, "predict")[0]


def test_results_that_are_not_there_are_not_called_verified(tmp_path: Path) -> None:
    assert said(tmp_path, "verify") == ["<-m>", "<study.manifest>"]
    assert said(tmp_path, "verify", "NAME=there")[-1] == "<results/there>"
    assert said(tmp_path, "verify", "NAME=demmo")[0] == "There is no results/demmo"
