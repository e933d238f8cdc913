"""A longer run continues where a shorter one ends, and no other."""

import json
from pathlib import Path

import pytest
from jobs_of_runs import do, prepare, published, record, run

from study.training.identity import digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return prepare(tmp_path)


def ends(folder: Path) -> list[Path]:
    return sorted((folder / "checkpoints" / ".ends").glob("*/step-*"))


def test_a_longer_run_continues_where_a_shorter_one_ends(folder: Path) -> None:
    do(folder, run(folder, "alone", epochs=5))
    assert ends(folder) == []
    do(folder, run(folder, "short", epochs=2, keep_end=True))
    (end,) = ends(folder)
    state = json.loads((end / "state.json").read_text())
    assert state.pop("hash") == digest(state)
    assert state["trained_seconds"] > 0
    state["trained_seconds"] = 1000.0
    (end / "state.json").write_text(json.dumps({**state, "hash": digest(state)}))
    do(folder, run(folder, "long", epochs=5))
    assert published(folder, "long") == published(folder, "alone")
    assert record(folder, "alone")["resumed_at"] == []
    assert record(folder, "long")["resumed_at"] == [2 * 10]
    short, long = (record(folder, name)["timings"] for name in ("short", "long"))
    assert long["train_s"] > 1000, "the time of the beginning counts"
    assert long["inherited_s"] == 1000, "and can be taken off"
    assert short["inherited_s"] == 0
    assert ends(folder) == [], "its use is over"
    # Without the end of the shorter run, it starts from the beginning.
    do(folder, run(folder, "again", epochs=5))
    assert published(folder, "again") == published(folder, "alone")
    assert record(folder, "again")["resumed_at"] == []


def test_a_third_length_continues_where_the_second_ends(folder: Path) -> None:
    do(folder, run(folder, "alone", epochs=5))
    do(folder, run(folder, "two", epochs=2, keep_end=True))
    do(folder, run(folder, "three", epochs=3, keep_end=True))
    do(folder, run(folder, "five", epochs=5))
    assert published(folder, "five") == published(folder, "alone")
    assert record(folder, "three")["resumed_at"] == [20]
    assert record(folder, "five")["resumed_at"] == [20, 30]
    assert ends(folder) == []


def test_a_run_never_gets_the_weights_of_a_longer_one(folder: Path) -> None:
    """After 5 and 15 epochs have become 2 and 3 in the config, say."""
    do(folder, run(folder, "alone", epochs=3))
    do(folder, run(folder, "five", epochs=5, keep_end=True))
    do(folder, run(folder, "three", epochs=3))
    assert published(folder, "three") == published(folder, "alone")
    assert record(folder, "three")["resumed_at"] == []


def test_a_run_does_not_begin_with_the_end_of_an_equal_one(folder: Path) -> None:
    """Which may be its own: the process was killed after it had left the end, say."""
    do(folder, run(folder, "alone", epochs=3))
    do(folder, run(folder, "first", epochs=3, keep_end=True))
    do(folder, run(folder, "second", epochs=3))
    assert published(folder, "second") == published(folder, "alone")
    assert record(folder, "second")["resumed_at"] == []
    assert record(folder, "second")["timings"]["inherited_s"] == 0


def test_the_end_of_another_kind_of_run_is_not_continued(folder: Path) -> None:
    do(folder, run(folder, "short", keep_end=True))
    do(folder, run(folder, "long", epochs=3, dropout=0.1))
    assert record(folder, "long")["resumed_at"] == []
