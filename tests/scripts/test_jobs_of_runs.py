"""The training job: several runs in one process, and runs that go on where others end."""

import json
import shutil
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from study import backend, config, datasets
from study.errors import StudyError

backend.start("cpu", threads=1)

import tensorflow as tf  # noqa: E402

import train  # noqa: E402
from study import engine  # noqa: E402

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
    about["fingerprint"] = datasets.fingerprint(arrays)
    datasets.save(tmp_path / "examples.npz", tmp_path / "dataset.json", arrays, about)
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
            "epochs": epochs, "log_every": None, "epoch_mean": "examples",
        },
        "precision": "float32", "device": "cpu", "export": False,
    }  # fmt: skip


def run(folder: Path, name: str, seed: int = 0, **changes: Any) -> dict[str, Any]:
    extra = {key: changes.pop(key) for key in ("alike", "leaves", "goes_on_from") if key in changes}
    return {
        "id": f"experiment/{name}/seed-{seed}",
        "settings": settings(**changes),
        "seed": seed,
        "checkpoints": str(folder / "checkpoints" / name),
        **extra,
    }


def do(folder: Path, *runs: dict[str, Any], source: str = "source") -> None:
    snakemake = SimpleNamespace(
        threads=1,
        input=SimpleNamespace(examples=folder / "examples.npz", about=folder / "dataset.json"),
        output=[str(folder / "runs" / run["id"] / name) for run in runs for name in train.FILES],
        params=SimpleNamespace(runs=list(runs), source=source),
    )
    train.main(snakemake)


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
    assert not list((folder / "checkpoints").iterdir())


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that have been trained, and not only put back."""
    names = []
    train_one = train.train

    def noted(dataset: Any, settings: Any, seed: int, programs: Any, name: str, *rest: Any) -> Any:
        names.append(name.split("/")[1])
        return train_one(dataset, settings, seed, programs, name, *rest)

    monkeypatch.setattr(train, "train", noted)
    return names


def test_finished_runs_are_not_trained_again_in_packs_cut_another_way(
    folder: Path, trained: list[str]
) -> None:
    a, b, c, d = (run(folder, name, seed=seed) for seed, name in enumerate("abcd"))
    do(folder, a, b)
    do(folder, c, d)
    before = {name: published(folder, name) for name in "abcd"}
    files = {file.name for file in (folder / "checkpoints").rglob("*") if file.is_file()}
    assert files == {*train.FILES, "hashes.json"}
    for kept in (folder / "checkpoints").glob("*/*/finished/model.keras"):
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
    finish = train.finish_run

    def fails_for_b(one: dict[str, Any], *others: Any) -> None:
        if one["id"].startswith("experiment/b"):
            raise OSError(28, "No space left on device")
        finish(one, *others)

    monkeypatch.setattr(train, "finish_run", fails_for_b)
    with pytest.raises(StudyError, match=r"^experiment/b/seed-1: OSError: .*No space"):
        do(folder, run(folder, "a"), run(folder, "b", seed=1), run(folder, "c", seed=2))
    assert published(folder, "a")["logits"] != published(folder, "c")["logits"]


def test_a_kept_run_is_not_used_when_it_is_broken_or_anothers(folder: Path) -> None:
    broken = run(folder, "b", optimizer=BROKEN)
    with pytest.raises(StudyError):
        do(folder, run(folder, "a"), broken)
    before = published(folder, "a")
    (kept,) = (folder / "checkpoints" / "a").glob("*/finished/predictions.npz")
    kept.unlink()
    kept.write_bytes(b"something else")
    shutil.rmtree(folder / "runs")
    with pytest.raises(StudyError):
        do(folder, run(folder, "a"), broken)
    assert published(folder, "a") == before
    with pytest.raises(StudyError):
        do(folder, run(folder, "a", epochs=1), broken, source="other code")
    assert published(folder, "a") != before


def test_a_longer_run_goes_on_where_a_shorter_one_ends(folder: Path) -> None:
    do(folder, run(folder, "alone", epochs=5))
    alike = config.without_length(settings())
    end = str(folder / "checkpoints" / "ends" / "short")
    do(folder, run(folder, "short", epochs=2, alike=alike, leaves=end))
    before = shutil.copytree(end, folder / "before")
    do(folder, run(folder, "long", epochs=5, alike=alike, goes_on_from=end))
    assert published(folder, "long") == published(folder, "alone")
    assert record(folder, "alone")["resumed_at"] == []
    assert record(folder, "long")["resumed_at"] == [2 * 10]
    short, long = (record(folder, name)["timings"]["train_s"] for name in ("short", "long"))
    assert short < long, "the time of the beginning counts"
    (state,) = (json.loads(file.read_text()) for file in Path(before).glob("*/step-*/state.json"))
    assert state["trained_seconds"] == pytest.approx(short, rel=0.2), "and counts once"
    assert not Path(end).exists(), "its use is over"
    # Without the end of the shorter run, it starts anew.
    do(folder, run(folder, "long", epochs=5, alike=alike, goes_on_from=end))
    assert published(folder, "long") == published(folder, "alone")
    assert record(folder, "long")["resumed_at"] == []


def test_the_end_of_another_kind_of_run_is_not_gone_on_from(folder: Path) -> None:
    end = str(folder / "checkpoints" / "ends" / "short")
    do(folder, run(folder, "short", alike=config.without_length(settings()), leaves=end))
    changed = config.without_length(settings(dropout=0.1))
    do(folder, run(folder, "long", epochs=3, dropout=0.1, alike=changed, goes_on_from=end))
    assert record(folder, "long")["resumed_at"] == []


def test_out_of_memory_names_the_batch_and_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*arguments: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(engine._Loop, "run", exhausted)
    with pytest.raises(StudyError, match=r"experiment/a/seed-0: out of memory with a batch of 64 "):
        do(folder, run(folder, "a"))
