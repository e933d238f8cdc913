"""Training jobs on a small dataset of noise, and what their runs publish."""

import json
import signal
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from study import prepared
from study.training import job
from study.training.run import RunToTrain
from training_settings import training

ADAM = {"name": "adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}


BROKEN = {"name": "sgd", "learning_rate": 1e30, "momentum": 0.0, "nesterov": False}


def prepare(tmp_path: Path) -> Path:
    """A folder with a prepared dataset of noise."""
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
        "training": training(optimizer=optimizer, batch_size=64, epochs=epochs),
        "precision": "float32", "device": "cpu", "test_time_augmentation": None,
    }  # fmt: skip


def run(
    folder: Path,
    name: str,
    seed: int = 0,
    code: str = "code",
    keep_end: bool = False,
    **changes: Any,
) -> RunToTrain:
    own = folder / "runs" / "experiment" / name / f"seed-{seed}"
    return RunToTrain("experiment", name, seed, settings(**changes), code, own, folder, keep_end)


def do(folder: Path, *runs: RunToTrain) -> None:
    """Train runs in one job; what signals do is as before afterwards."""
    dataset = prepared.load(folder / "examples.npz", folder / "dataset.json")
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    try:
        job.train_all(list(runs), dataset, threads=1)
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


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


def left_behind(folder: Path) -> set[str]:
    """The names of the files below the checkpoints' folder."""
    return {file.name for file in (folder / "checkpoints").rglob("*") if file.is_file()}


def noted_fits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that have been trained, and not only put back."""
    names = []
    fit = job.fit

    def noted(one: RunToTrain, *rest: Any) -> Any:
        names.append(one.variant)
        return fit(one, *rest)

    monkeypatch.setattr(job, "fit", noted)
    return names
