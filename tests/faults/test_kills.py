"""A run that is killed at any moment continues, and ends with the bits of one that never was.

CI makes a few kills; all of them: `make faults`, or

    KILLS=50 python -m pytest tests/faults
"""

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from killed_runs import RUNS, settings
from train_job import Training

from study import prepared

KILLS = int(os.environ.get("KILLS", "3"))
SHAPE = (28, 28, 1)

TURNS = [name for _, name in zip(range(KILLS), list(RUNS) * KILLS, strict=False)]


def prepare(folder: Path, name: str, **changes: Any) -> Path:
    """A folder with data and a job's description."""
    generator = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for split, count in (("train", 6000), ("test", 500)):
        labels = generator.integers(0, 10, count).astype(np.int32)
        images = generator.integers(0, 60, (count, *SHAPE)).astype(np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label + 3 : 2 * label + 6] += 180
        arrays[f"{split}_images"], arrays[f"{split}_labels"] = images, labels
    about = {
        "name": "bands",
        "input_shape": list(SHAPE),
        "class_names": list("0123456789"),
        "fingerprint": prepared.fingerprint(arrays),
    }
    prepared.save(folder / "examples.npz", folder / "dataset.json", arrays, about)
    asked = {"folder": str(folder), "settings": settings(name), "seed": 3, "least_seconds": 0.0}
    (folder / "job.json").write_text(json.dumps(asked | changes))
    return folder / "job.json"


def finish(asked: Path) -> None:
    training = Training.start(asked)
    assert training.wait() == 0, training.said[-2000:]


def steps_of(folder: Path) -> list[int]:
    found = folder.glob("checkpoints/experiment/*/*/*/step-*")
    return sorted(int(path.name.removeprefix("step-")) for path in found)


def wait_for_a_checkpoint(folder: Path, training: Training) -> None:
    limit = time.monotonic() + 120
    while not steps_of(folder):
        assert training.status is None, "the run ended before it could be killed"
        assert time.monotonic() < limit
        time.sleep(0.01)


def results(folder: Path) -> dict[str, Any]:
    """What a run publishes, but for times."""
    import zipfile

    run = folder / "runs" / "experiment" / "variant" / "seed-0"
    with np.load(run / "predictions.npz") as stored:
        logits = stored["logits"].tobytes()
    with zipfile.ZipFile(run / "model.keras") as model:
        weights = model.read("model.weights.h5")
    record = json.loads((run / "run.json").read_text())
    return {
        "logits": logits,
        "weights": weights,
        "history": (run / "history.csv").read_bytes(),
        "resumed_at": record["resumed_at"],
    }


class Uninterrupted(dict[str, dict[str, Any]]):
    """Each run's results without a kill, trained when they are asked for."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        super().__init__()
        self.folders = folders

    def __missing__(self, name: str) -> dict[str, Any]:
        folder = self.folders.mktemp("uninterrupted")
        finish(prepare(folder, name))
        assert steps_of(folder) == []
        self[name] = results(folder)
        return self[name]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Uninterrupted:
    return Uninterrupted(tmp_path_factory)


@pytest.mark.parametrize(("turn", "name"), enumerate(TURNS))
def test_killed_at_a_random_moment_it_ends_with_the_same_bits(
    turn: int, name: str, tmp_path: Path, uninterrupted: Uninterrupted
) -> None:
    asked = prepare(tmp_path, name)
    training = Training.start(asked)
    wait_for_a_checkpoint(tmp_path, training)
    if training.wait(random.Random(turn).uniform(0, 1.2)) is None:
        training.process.kill()
    status = training.wait()
    finish(asked)
    ended = results(tmp_path)
    expected = uninterrupted[name]
    assert ended["history"] == expected["history"]
    assert ended["logits"] == expected["logits"]
    assert ended["weights"] == expected["weights"]
    assert steps_of(tmp_path) == []
    assert status == -signal.SIGKILL, "it had ended before it was killed"
    assert len(ended["resumed_at"]) == 1


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("name", list(RUNS)[: max(1, KILLS // 10)])
def test_with_two_threads_a_seed_gives_the_same_bits_again(
    name: str, precision: str, tmp_path: Path
) -> None:
    asked_for = settings(name) | {"precision": precision}
    if asked_for["training"]["epochs"]:
        asked_for["training"]["epochs"] = min(asked_for["training"]["epochs"], 6)
    outcomes = []
    for copy in ("first", "second"):
        (tmp_path / copy).mkdir()
        asked = prepare(
            tmp_path / copy,
            name,
            threads=2,
            settings=asked_for,
            least_seconds=1000.0,
        )
        finish(asked)
        outcomes.append(results(tmp_path / copy))
    assert outcomes[0] == outcomes[1]


def test_asked_to_stop_it_writes_a_checkpoint_and_continues_later(
    tmp_path: Path, uninterrupted: Uninterrupted
) -> None:
    asked = prepare(tmp_path, "mlp", least_seconds=1000.0)  # no checkpoint but the last
    training = Training.start(asked)
    limit = time.monotonic() + 120
    log = tmp_path / "train.log"
    while "epoch 1 " not in (log.read_text() if log.exists() else ""):
        assert training.status is None
        assert time.monotonic() < limit
        time.sleep(0.01)
    training.process.terminate()
    assert training.wait(60) == 143
    assert "started again, it continues" in training.said
    assert "Traceback" not in training.said
    steps = steps_of(tmp_path)
    assert len(steps) == 1
    finish(asked)
    ended = results(tmp_path)
    assert ended["resumed_at"] == steps
    assert ended["history"] == uninterrupted["mlp"]["history"]
    assert ended["weights"] == uninterrupted["mlp"]["weights"]


def test_killed_between_its_outputs_and_the_clean_up(
    tmp_path: Path, uninterrupted: Uninterrupted
) -> None:
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        asked = prepare(folder, "mlp")
        training = Training.start(asked)
        done = folder / "runs" / "experiment" / "variant" / "seed-0" / "predictions.npz"
        limit = time.monotonic() + 120
        while training.status is None and not done.exists():
            assert time.monotonic() < limit
            time.sleep(0.001)
        training.process.kill()
        if training.wait() == -signal.SIGKILL:
            break  # otherwise it had ended before
    assert training.status == -signal.SIGKILL
    finish(asked)
    assert results(folder)["weights"] == uninterrupted["mlp"]["weights"]
    assert steps_of(folder) == []


def test_two_processes_never_train_one_run(tmp_path: Path) -> None:
    endless = settings("mlp")
    endless["training"]["epochs"] = 100_000
    asked = prepare(tmp_path, "mlp", settings=endless)
    first = Training.start(asked)
    try:
        wait_for_a_checkpoint(tmp_path, first)
        second = Training.start(asked)
        assert second.wait() == 1
        assert f"process {first.process.pid} on" in second.said
        assert "is training this run already" in second.said
        assert first.status is None
    finally:
        first.process.kill()
        first.wait()
