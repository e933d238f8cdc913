"""Finished runs are put back, and not trained again."""

import shutil
from pathlib import Path

import pytest
from jobs_of_runs import (
    BROKEN,
    do,
    folder_of,
    left_behind,
    noted_fits,
    prepare,
    published,
    run,
)

from study.errors import StudyError
from study.training import finished
from study.training.run import FILES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return prepare(tmp_path)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return noted_fits(monkeypatch)


def test_finished_runs_are_not_trained_again_in_packs_cut_another_way(
    folder: Path, trained: list[str]
) -> None:
    a, b, c, d = (run(folder, name, seed=seed) for seed, name in enumerate("abcd"))
    do(folder, a, b)
    do(folder, c, d)
    before = {name: published(folder, name) for name in "abcd"}
    assert left_behind(folder) == {*FILES, "hashes.json"}
    for kept in (folder / "checkpoints").glob("*/*/*/*/finished/model.keras"):
        assert kept.stat().st_nlink == 2, "they take no space"
    shutil.rmtree(folder / "runs")  # as Snakemake does with what a job is about to write
    trained.clear()
    do(folder, a, run(folder, "new", seed=9), b, c)
    assert trained == ["new"]
    do(folder, d)
    assert trained == ["new"], "nor in a job of its own"
    assert {name: published(folder, name) for name in "abcd"} == before
    modified = (folder_of(folder, "a") / "run.json").stat().st_mtime
    assert modified > (folder / "examples.npz").stat().st_mtime


def test_a_kept_run_is_not_used_when_it_is_broken_or_anothers(folder: Path) -> None:
    broken = run(folder, "b", optimizer=BROKEN)
    with pytest.raises(StudyError):
        do(folder, run(folder, "a"), broken)
    before = published(folder, "a")
    (kept,) = folder.glob("checkpoints/experiment/a/*/*/finished/predictions.npz")
    kept.unlink()
    kept.write_bytes(b"something else")
    shutil.rmtree(folder / "runs")
    with pytest.raises(StudyError):
        do(folder, run(folder, "a"), broken)
    assert published(folder, "a") == before
    with pytest.raises(StudyError):
        do(folder, run(folder, "a", epochs=1, code="other code"), broken)
    assert published(folder, "a") != before


def test_a_single_run_is_kept_when_a_change_makes_it_fail(folder: Path, trained: list[str]) -> None:
    good = run(folder, "a")
    do(folder, good)
    before = published(folder, "a")
    shutil.rmtree(folder / "runs")  # as Snakemake does before the job
    with pytest.raises(StudyError, match="training diverged"):
        do(folder, run(folder, "a", optimizer=BROKEN))
    trained.clear()
    do(folder, good)
    assert trained == []
    assert published(folder, "a") == before
    for epochs in (3, 4, 5):
        do(folder, run(folder, "a", epochs=epochs))
    assert len(list(folder.glob("checkpoints/experiment/a/*/*/finished"))) == 2


def test_a_full_disk_does_not_cost_the_kept_run(
    folder: Path, trained: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = run(folder, "a")
    do(folder, one)
    before = published(folder, "a")
    shutil.rmtree(folder / "runs")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(finished, "link_or_copy", full)
        with pytest.raises(StudyError, match="No space left"):
            do(folder, one)
    trained.clear()
    do(folder, one)
    assert trained == []
    assert published(folder, "a") == before


def test_only_a_run_of_these_settings_counts_as_kept(folder: Path) -> None:
    one = run(folder, "a")
    about, root = folder / "dataset.json", folder / "checkpoints" / one.id
    assert not finished.is_kept(root, one.settings, one.seed, about, one.code)
    do(folder, one)
    assert finished.is_kept(root, one.settings, one.seed, about, one.code)
    other = run(folder, "a", epochs=3)
    assert not finished.is_kept(root, other.settings, other.seed, about, one.code)
    assert not finished.is_kept(root, one.settings, one.seed, about, "other code")
    assert not finished.is_kept(root, one.settings, one.seed, folder / "none.json", one.code)
    (folder / "broken.json").write_text("{")
    assert not finished.is_kept(root, one.settings, one.seed, folder / "broken.json", one.code)
