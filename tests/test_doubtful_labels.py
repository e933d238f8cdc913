"""Doubtful labels are found by the images' content, wherever they stand."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from study import doubtful_labels

IMAGES = np.arange(4 * 9, dtype=np.uint8).reshape(4, 3, 3, 1)
LABELS = np.array([7, 1, 2, 3], np.int32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Known labels of a small dataset: of image 2, and of image 3 under another label."""
    rows = ["sha256,label,proposed,votes_label,votes_proposed,votes_neither"]
    for place, label in ((2, 2), (3, 8)):
        digest = hashlib.sha256(IMAGES[place].tobytes()).hexdigest()
        rows.append(f"{digest},{label},9,1,3,1")
    (tmp_path / "small.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.setattr(doubtful_labels, "FOLDER", tmp_path)
    return tmp_path


def test_they_are_found_in_any_order(folder: Path) -> None:
    (found,) = doubtful_labels.find("small", IMAGES, LABELS)
    votes = {"votes_label": 1, "votes_proposed": 3, "votes_neither": 1}
    assert found == {"index": 2, "label": 2, "proposed": 9, **votes}
    (turned,) = doubtful_labels.find("small", IMAGES[::-1], LABELS[::-1])
    assert turned == {**found, "index": 1}


def test_other_datasets_have_none(folder: Path) -> None:
    assert doubtful_labels.find("other", IMAGES, LABELS) == []
    assert doubtful_labels.find("small", IMAGES[:2], LABELS[:2]) == []


@pytest.mark.parametrize("file", doubtful_labels.files(), ids=lambda file: file.stem)
def test_the_files_here_are_whole(file: Path) -> None:
    with file.open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert len({row["sha256"] for row in rows}) == len(rows) > 0
    for row in rows:
        assert len(row["sha256"]) == 64
        votes = [int(row[key]) for key in doubtful_labels.VOTES]
        assert sum(votes) == 5
        assert votes[0] < 3, "most raters did not choose the label"
