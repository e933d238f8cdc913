"""The published study with changes, for the tests of its config."""

from pathlib import Path

import pytest

from conftest import ROOT
from study import config
from study.errors import StudyError

BASE = ROOT / "config" / "config.yaml"


def load(folder: Path, changes: str) -> config.Plan:
    """The published study with some changes."""
    file = folder / "mine.yaml"
    file.write_text(f"extends: {BASE}\n{changes}")
    return config.load([file])


def complaint(folder: Path, changes: str) -> str:
    with pytest.raises(StudyError) as caught:
        load(folder, changes)
    return str(caught.value)


def lenet(text: str) -> str:
    return f"experiments: {{lenet5: {{{text}}}}}"
