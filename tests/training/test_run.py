"""One run, from data to its folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from bands import DEVICE, IMAGE, examples, keras

from study import models
from study.prepared import Dataset
from study.training import engine, history, whitening
from study.training.cache import CompiledStepCache
from study.training.run import RunToTrain, fit
from training_settings import training


def dataset() -> Dataset:
    arrays = dict(zip(("train_images", "train_labels"), examples(320), strict=True))
    arrays |= dict(zip(("test_images", "test_labels"), examples(80, seed=1), strict=True))
    about = {"name": "bands", "input_shape": list(IMAGE), "class_names": list("abcdefghij")}
    return Dataset(arrays, {**about, "fingerprint": "f"})


def settings(**changes: Any) -> dict[str, Any]:
    splits = {"train": "train[:80%]", "validation": "train[80%:]", "test": "test"}
    base = {"model": "mlp", "parameters": {"dropout": 0.1}, "splits": splits}
    base |= {"test_time_augmentation": None}
    return {**base, "precision": "float32", "training": training(epochs=8), **changes}


def trained(
    folder: Path, **changes: Any
) -> tuple[np.ndarray, np.ndarray, list[str], dict[str, Any]]:
    """A run trained into a folder: its logits, labels, history's columns, record."""
    run = RunToTrain("e", "v", 1, settings(**changes), "code", folder, folder)
    about = {"device": DEVICE.__dict__, "runs_in_job": 1, "start_s": 0.0, "is_first": True}
    store = run.checkpoints("f", "cpu", 1000.0)
    fit(run, dataset(), CompiledStepCache(), store, None, lambda: False, about)
    with np.load(folder / "predictions.npz") as stored:
        logits, labels = stored["logits"], stored["labels"]
    columns = (folder / "history.csv").read_text().splitlines()[0].split(",")
    return logits, labels, columns, json.loads((folder / "run.json").read_text())


def test_a_run_learns_and_predicts(tmp_path: Path) -> None:
    logits, labels, columns, record = trained(tmp_path)
    assert logits.dtype == np.float32
    assert logits.shape == (80, 10)
    assert (logits.argmax(axis=1) == labels).mean() > 0.9
    assert columns == history.columns(None, validation=True)
    assert record["timings"]["images_per_s"] > 0
    assert isinstance(keras.models.load_model(tmp_path / "model.keras"), keras.Model)


def test_a_run_trains_its_own_seeds_model_on_its_training_split(tmp_path: Path) -> None:
    """Bit for bit the engine's training, after whitening, and nothing of what is held out."""
    plan = training(epochs=2, whitening={"frozen": True})
    changes = {"model": "lenet5", "parameters": {}, "training": plan}
    _, _, _, record = trained(tmp_path, **changes)
    images, labels = dataset().part("train[:80%]")
    model = models.seeded(1, settings(**changes), IMAGE, 10)
    whitening.whiten(model, images, **plan["whitening"])
    engine.train(model, images, labels, training=plan, seed=1)
    found = keras.models.load_model(tmp_path / "model.keras").get_weights()
    for own, expected in zip(found, model.get_weights(), strict=True):
        np.testing.assert_array_equal(own, expected)
    assert record["images_seen"] == 2 * 256


def test_logits_of_validation_images_that_are_seen_nowhere_else_are_kept(tmp_path: Path) -> None:
    trained(tmp_path / "apart")
    with np.load(tmp_path / "apart" / "predictions.npz") as stored:
        assert stored["validation_logits"].shape == (64, 10)
        held_out = dataset().part("train[80%:]")[1]
        np.testing.assert_array_equal(stored["validation_labels"], held_out)
        right = stored["validation_logits"].argmax(axis=1) == held_out
        assert right.mean() > 0.9
    for validation in ("test", "train[70%:]", None):
        splits = {"train": "train[:80%]", "validation": validation, "test": "test"}
        folder = tmp_path / str(validation)
        trained(folder, splits=splits, training=training(epochs=1))
        with np.load(folder / "predictions.npz") as stored:
            assert set(stored) == {"logits", "labels"}, validation


def test_predictions_over_views_stand_beside_the_plain_ones(tmp_path: Path) -> None:
    plain, labels, _, _ = trained(tmp_path / "plain")
    both, _, _, _ = trained(tmp_path / "both", test_time_augmentation={"flip": True, "shift": 1})
    assert both.tobytes() == plain.tobytes()
    with np.load(tmp_path / "both" / "predictions.npz") as stored:
        averaged = stored["augmented_logits"]
    assert (averaged != plain).any()
    assert (averaged.argmax(axis=1) == labels).mean() > 0.5
