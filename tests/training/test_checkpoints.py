"""Checkpoints on the disk: whole or not there, verified, and never another run's."""

import json
from pathlib import Path

import numpy as np
import pytest

from study.training import checkpoints
from study.training.checkpoints import Checkpoints
from study.training.identity import digest

STATE = {"history": [{"epoch": 0, "loss": 0.1 + 0.2}], "totals": [1.5, 2.0, 3.0]}


def arrays(value: float) -> dict[str, np.ndarray]:
    return {"weight_0": np.full((3, 4), value, np.float32), "slot_0": np.arange(5.0)}


def opened(folder: Path, print_of: str = "a" * 64) -> Checkpoints:
    return Checkpoints(folder, print_of, least_seconds=0)


def written(folder: Path, steps: tuple[int, ...] = (1, 2, 3)) -> list[Path]:
    """Some checkpoints; what is left of them, the newest first."""
    store = opened(folder)
    for step in steps:
        store.save(step, arrays(step), STATE)
    return sorted((folder / ("a" * 32)).glob("step-*"), reverse=True)


def test_what_is_loaded_is_what_was_saved(tmp_path: Path) -> None:
    written(tmp_path)
    store = opened(tmp_path)
    found = store.load()
    assert found
    loaded, state = found
    assert (state["step"], state["history"], state["totals"]) == (3, *STATE.values())
    for name, array in arrays(3).items():
        assert loaded[name].dtype == array.dtype
        np.testing.assert_array_equal(loaded[name], array)
    assert store.resumed_at == [3]


def test_the_newest_two_are_kept(tmp_path: Path) -> None:
    assert [path.name[-2:] for path in written(tmp_path, (9, 10, 11))] == ["11", "10"]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("spoil", [truncate, empty, flip, Path.unlink])
@pytest.mark.parametrize("file", ["arrays.npz", "state.json"])
def test_a_broken_one_is_passed_over_for_the_one_before(
    spoil, file: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    newest = written(tmp_path)[0]
    spoil(newest / file)
    store = opened(tmp_path)
    found = store.load()
    assert found
    assert found[1]["step"] == 2
    assert str(newest) in caplog.text
    assert "cannot be used" in caplog.text


def test_one_of_another_processor_is_not_continued(tmp_path: Path) -> None:
    written(tmp_path)
    elsewhere = Checkpoints(tmp_path, "a" * 64, platform="another")
    assert elsewhere.load() is None


def test_with_all_broken_the_run_starts_from_the_beginning(tmp_path: Path) -> None:
    for path in written(tmp_path):
        empty(path / "arrays.npz")
    store = opened(tmp_path)
    assert store.load() is None


def test_another_runs_checkpoint_is_never_used(tmp_path: Path) -> None:
    newest = written(tmp_path)[0]
    store = opened(tmp_path, "b" * 64)
    assert store.load() is None
    # Nor if it is put where this run looks.
    store.folder.mkdir()
    newest.rename(store.folder / newest.name)
    assert store.load() is None


def test_digests_tell_settings_apart() -> None:
    one = digest({"rate": 0.1, "units": 5}, 3)
    assert one == digest({"units": 5, "rate": 0.1}, 3)
    assert one != digest({"rate": 0.1, "units": 5}, 4)
    assert one != digest({"rate": 0.1000001, "units": 5}, 3)


def test_a_half_written_one_is_swept_away(tmp_path: Path) -> None:
    written(tmp_path)
    half = tmp_path / ("a" * 32) / ".step-7-1"
    half.mkdir()
    (half / "arrays.npz").write_bytes(b"half")
    store = opened(tmp_path)
    found = store.load()
    assert found
    assert found[1]["step"] == 3
    assert not half.exists()


def test_a_full_disk_costs_the_checkpoint_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = written(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.np, "savez", full)
    store = opened(tmp_path)
    store.save(8, arrays(8), STATE)
    found = store.load()
    assert found
    assert found[1]["step"] == 3
    assert "no checkpoint at step 8" in caplog.text
    assert sorted(before) == sorted((tmp_path / ("a" * 32)).iterdir())


def test_with_the_newest_two_broken_new_ones_are_kept(tmp_path: Path) -> None:
    for path in written(tmp_path, (8, 9)):
        empty(path / "arrays.npz")
    store = opened(tmp_path)
    assert store.load() is None
    for step in (1, 2):
        store.save(step, arrays(step), STATE)
    found = opened(tmp_path).load()
    assert found
    assert found[1]["step"] == 2


def test_the_end_of_a_longer_run_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path, (10, 50))
    found = opened(tmp_path).load(at_most=30)
    assert found
    assert found[1]["step"] == 10


def test_nothing_is_left_once_removed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    written(folder)
    opened(folder).remove()
    assert not folder.exists()


def test_writing_takes_a_bounded_fraction_of_the_time(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert store.due()
    store.save(1, arrays(1), STATE)
    assert not store.due()
    assert store._wait == pytest.approx(store.seconds / checkpoints.COST)


def test_an_altered_state_is_noticed(tmp_path: Path) -> None:
    newest = written(tmp_path)[0] / "state.json"
    state = json.loads(newest.read_text())
    state["history"][0]["loss"] = 0.0
    newest.write_text(json.dumps(state))
    store = opened(tmp_path)
    found = store.load()
    assert found
    assert found[1]["step"] == 2
