"""A study's trained models are asked only if they are still those of its config and its data."""

import json
from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT
from study import config
from study.errors import StudyError
from study.prediction import classifiers

DEMO = ROOT / "config" / "demo.yaml"


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Results of the demo study in which one run of core_mlp has finished, without its weights."""
    monkeypatch.chdir(tmp_path)
    plan = config.load([DEMO])
    run = next(run for run in plan.reported if run.experiment == "core_mlp")
    folder = tmp_path / "results" / plan.name
    (folder / "runs" / run.id).mkdir(parents=True)
    (folder / "data" / "digits").mkdir(parents=True)
    record = {"settings": run.settings, "data_fingerprint": "prepared"}
    (folder / "runs" / run.id / "run.json").write_text(json.dumps(record))
    (folder / "runs" / run.id / "model.keras").touch()
    logits, labels = np.eye(10, dtype=np.float32)[[1, 2, 3, 4]], np.array([1, 2, 3, 5], np.int32)
    np.savez(folder / "runs" / run.id / "predictions.npz", logits=logits, labels=labels)
    data = {"fingerprint": "prepared", "class_names": list("0123456789")}
    data |= {"input_shape": [28, 28, 1]}
    (folder / "data" / "digits" / "dataset.json").write_text(json.dumps(data))
    return folder


def test_a_model_of_the_config_and_the_data_is_found(results: Path) -> None:
    (found,) = classifiers.trained(DEMO, ["core_mlp"])
    assert (found.name, found.accuracy) == ("core_mlp/default", 0.75)
    assert (found.input_shape, found.pictures) == ((28, 28, 1), "mnist")


def test_a_model_that_was_trained_with_other_settings_is_refused(results: Path) -> None:
    own = results / "own.yaml"
    own.write_text(f"extends: {DEMO}\nexperiments: {{core_mlp: {{training: {{epochs: 21}}}}}}\n")
    with pytest.raises(StudyError, match=r"core_mlp/default was trained with other settings than"):
        classifiers.trained(own, ["core_mlp"])


def test_a_model_that_was_trained_on_other_data_is_refused(results: Path) -> None:
    file = results / "data" / "digits" / "dataset.json"
    file.write_text(file.read_text().replace('"prepared"', '"prepared again"'))
    with pytest.raises(StudyError, match=r"core_mlp/default was trained on other data than digits"):
        classifiers.trained(DEMO, ["core_mlp"])
