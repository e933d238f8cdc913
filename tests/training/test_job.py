"""The training job: several runs in one process, and runs that continue where others end."""

import dataclasses
import json
import shutil
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from study import prepared
from study.errors import StudyError
from study.training import backend

backend.start("cpu", threads=1)

import tensorflow as tf  # noqa: E402

from study.training import engine, finished, job  # noqa: E402
from study.training import run as run_module  # noqa: E402
from study.training.run import FILES, RunToTrain  # noqa: E402

ADAM = {"name": "adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
BROKEN = {"name": "sgd", "learning_rate": 1e30, "momentum": 0.0, "nesterov": False}


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for split, count in (("train", 600), ("test", 100)):
        arrays[f"{split}_images"] = generator.integers(0, 256, (count, 28, 28, 1)).astype(np.uint8)
        arrays[f"{split}_labels"] = generator.integers(0, 10, count).astype(np.int32)
    about = {"name": "noise", "input_shape": [28, 28, 1], "class_names": list("0123456789")}
    about["fingerprint"] = prepared.fingerprint(arrays)
    prepared.save(tmp_path / "examples.npz", tmp_path / "dataset.json", arrays, about)
    return tmp_path


def settings(optimizer: dict[str, Any] = ADAM, epochs: int = 2, **parameters: Any) -> Any:
    return {
        "dataset": "noise",
        "splits": {"train": "train", "validation": "test", "test": "test"},
        "model": "mlp",
        "parameters": {"units": 16, "dropout": 0.3, **parameters},
        "training": {
            "optimizer": optimizer, "loss": "sparse_categorical_crossentropy",
            "loss_reduction": "mean", "batch_size": 64, "microbatch_size": None,
            "epochs": epochs, "steps": None, "log_every": None, "epoch_mean": "examples",
        },
        "precision": "float32", "device": "cpu",
    }  # fmt: skip


def run(
    folder: Path, name: str, seed: int = 0, code: str = "code", keep_end: bool = False, **changes: Any
) -> RunToTrain:
    own = folder / "runs" / "experiment" / name / f"seed-{seed}"
    return RunToTrain("experiment", name, seed, settings(**changes), code, own, folder, keep_end)


def do(folder: Path, *runs: RunToTrain) -> None:
    dataset = prepared.load(folder / "examples.npz", folder / "dataset.json")
    job.train_all(list(runs), dataset, threads=1)


def folder_of(folder: Path, name: str) -> Path:
    (found,) = (folder / "runs" / "experiment" / name).iterdir()
    return found


def published(folder: Path, name: str) -> dict[str, bytes]:
    """What a run publishes, but for its record, which has times."""
    own = folder_of(folder, name)
    with np.load(own / "predictions.npz") as stored:
        logits = stored["logits"].tobytes()
    with zipfile.ZipFile(own / "model.keras") as model:
        weights = model.read("model.weights.h5")
    history = (own / "history.csv").read_bytes()
    return {"logits": logits, "weights": weights, "history": history}


def record(folder: Path, name: str) -> Any:
    return json.loads((folder_of(folder, name) / "run.json").read_text())


def test_runs_of_one_job_have_the_bits_of_jobs_of_their_own(folder: Path) -> None:
    runs = [run(folder, "a"), run(folder, "b", seed=1), run(folder, "c", dropout=0.5)]
    runs.append(run(folder, "d", units=8))
    do(folder, *runs)
    together = {name: published(folder, name) for name in "abcd"}
    assert record(folder, "b")["runs_in_job"] == 4
    assert record(folder, "a")["timings"]["start_s"] > 0
    assert record(folder, "b")["timings"]["start_s"] == 0
    assert len({content["logits"] for content in together.values()}) == 4
    shutil.rmtree(folder / "runs")
    shutil.rmtree(folder / "checkpoints")
    for one in runs:
        do(folder, one)
    assert {name: published(folder, name) for name in "abcd"} == together
    assert left_behind(folder) == {*FILES, "hashes.json"}


def left_behind(folder: Path) -> set[str]:
    """The names of the files below the checkpoints' folder."""
    return {file.name for file in (folder / "checkpoints").rglob("*") if file.is_file()}


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that have been trained, and not only put back."""
    names = []
    fit = run_module.fit

    def noted(one: RunToTrain, *rest: Any) -> Any:
        names.append(one.variant)
        return fit(one, *rest)

    monkeypatch.setattr(job, "fit", noted)
    return names


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


def test_a_run_that_fails_does_not_take_the_others_with_it(
    folder: Path, trained: list[str]
) -> None:
    good = [run(folder, "a"), run(folder, "c", seed=2)]
    bad = run(folder, "b", optimizer=BROKEN)
    with pytest.raises(StudyError, match=r"^experiment/b/seed-0: training diverged") as caught:
        do(folder, good[0], bad, good[1])
    assert "experiment/a" not in str(caught.value)
    before = {name: published(folder, name) for name in "ac"}
    shutil.rmtree(folder / "runs")  # as Snakemake does with what a failed job has written

    trained.clear()
    do(folder, good[0], run(folder, "b"), good[1])
    assert trained == ["b"], "the others were finished"
    assert {name: published(folder, name) for name in "ac"} == before


def test_whatever_goes_wrong_in_a_run_the_others_are_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras' own complaints (a layer that shrinks below 1x1, say), and a full disk."""
    fit = run_module.fit

    def fails_for_b(one: RunToTrain, *others: Any) -> int:
        if one.variant == "b":
            raise OSError(28, "No space left on device")
        return fit(one, *others)

    monkeypatch.setattr(job, "fit", fails_for_b)
    with pytest.raises(StudyError, match=r"^experiment/b/seed-1: OSError: .*No space"):
        do(folder, run(folder, "a"), run(folder, "b", seed=1), run(folder, "c", seed=2))
    assert published(folder, "a")["logits"] != published(folder, "c")["logits"]


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


def ends(folder: Path) -> list[Path]:
    return sorted((folder / "checkpoints" / ".ends").glob("*/step-*"))


def test_a_longer_run_continues_where_a_shorter_one_ends(folder: Path) -> None:
    do(folder, run(folder, "alone", epochs=5))
    assert ends(folder) == []
    do(folder, run(folder, "short", epochs=2, keep_end=True))
    (end,) = ends(folder)
    state = json.loads((end / "state.json").read_text())
    do(folder, run(folder, "long", epochs=5))
    assert published(folder, "long") == published(folder, "alone")
    assert record(folder, "alone")["resumed_at"] == []
    assert record(folder, "long")["resumed_at"] == [2 * 10]
    short, long = (record(folder, name)["timings"] for name in ("short", "long"))
    assert short["train_s"] < long["train_s"], "the time of the beginning counts"
    assert long["inherited_s"] == state["trained_seconds"]
    assert long["inherited_s"] == pytest.approx(short["train_s"], rel=0.2), "and can be taken off"
    assert short["inherited_s"] == 0
    assert ends(folder) == [], "its use is over"
    # Without the end of the shorter run, it starts anew.
    do(folder, run(folder, "again", epochs=5))
    assert published(folder, "again") == published(folder, "alone")
    assert record(folder, "again")["resumed_at"] == []


def test_a_run_never_gets_the_weights_of_a_longer_one(folder: Path) -> None:
    """After 5 and 15 epochs have become 2 and 3 in the config, say."""
    do(folder, run(folder, "alone", epochs=3))
    do(folder, run(folder, "five", epochs=5, keep_end=True))
    do(folder, run(folder, "three", epochs=3))
    assert published(folder, "three") == published(folder, "alone")
    assert record(folder, "three")["resumed_at"] == []


def test_the_end_of_another_kind_of_run_is_not_continued(folder: Path) -> None:
    do(folder, run(folder, "short", keep_end=True))
    do(folder, run(folder, "long", epochs=3, dropout=0.1))
    assert record(folder, "long")["resumed_at"] == []


def test_only_what_changes_bits_is_part_of_a_runs_identity(folder: Path) -> None:
    one = run(folder, "a")
    same = dataclasses.replace(
        one,
        experiment="other",
        variant="name",
        keep_end=True,
        settings={**one.settings, "dataset": "renamed", "device": "auto"},
    )
    assert one.identity("data", "cpu") == same.identity("data", "cpu")
    others = [
        one.identity("other data", "cpu"),
        one.identity("data", "gpu"),
        *(
            dataclasses.replace(one, **change).identity("data", "cpu")
            for change in (
                {"seed": 1},
                {"code": "other"},
                {"settings": settings(dropout=0.1)},
                {"settings": settings(epochs=3)},
                {"settings": {**one.settings, "precision": "mixed_bfloat16"}},
            )
        ),
    ]
    assert len({one.identity("data", "cpu"), *others}) == len(others) + 1


def test_a_single_run_is_kept_when_a_change_makes_it_fail(
    folder: Path, trained: list[str]
) -> None:
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


def test_the_lock_is_held_until_all_is_in_place_and_cleared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = run(folder, "a")
    clear = finished.clear

    def checked(*arguments: Any) -> None:
        assert all(file.exists() for file in one.files)
        with pytest.raises(StudyError, match="is training this run already"), one.locked():
            pass
        clear(*arguments)
        with pytest.raises(StudyError, match="is training this run already"), one.locked():
            pass

    monkeypatch.setattr(job.finished, "clear", checked)
    do(folder, one)
    assert list(folder.glob("locks/experiment/a/*.lock")), "its file stays"


def test_exchanged_labels_are_noticed(folder: Path) -> None:
    dataset = prepared.load(folder / "examples.npz", folder / "dataset.json")
    arrays = {**dataset.arrays, "train_labels": dataset.arrays["train_labels"][::-1]}
    prepared.save_arrays(folder / "examples.npz", arrays)
    with pytest.raises(StudyError, match=r"examples\.npz are not those that .*dataset\.json"):
        do(folder, run(folder, "a"))


def test_out_of_memory_names_the_batch_and_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*arguments: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(engine.Steps, "run", exhausted)
    with pytest.raises(StudyError, match=r"experiment/a/seed-0: out of memory with a batch of 64 "):
        do(folder, run(folder, "a"))
