"""Stored models and arrays are numbers: whatever else such a file says is not done."""

import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from conftest import ROOT
from study import models, prepared, stored_models
from study.datasets import npz
from study.errors import StudyError
from study.evaluation import predictions

SETTINGS = {
    "model": "small_cnn",
    "parameters": {"filters": [4, 6], "pool_after": [1]},
    "precision": "float32",
}
SHAPE = (28, 28, 1)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run's folder, with a model whose weights are not those of its seed."""
    network = models.seeded(3, SETTINGS, SHAPE, 10)
    for weight in network.weights:
        weight.assign_add(np.full(weight.shape, 0.01, np.float32))
    network.save(tmp_path / "model.keras")
    (tmp_path / "run.json").write_text(json.dumps({"seed": 3, "settings": SETTINGS}))
    return tmp_path


def weights(folder: Path) -> list[Any]:
    return [np.asarray(w) for w in keras.saving.load_model(folder / "model.keras").get_weights()]


def rewritten(file: Path, change: Any) -> None:
    """Change the description in a `.keras` file."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["config.json"] = json.dumps(change(json.loads(parts["config.json"]))).encode()
    with zipfile.ZipFile(file, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_it_is_the_network_that_was_stored(run: Path, precision: str) -> None:
    record = {"seed": 3, "settings": SETTINGS | {"precision": precision}}
    (run / "run.json").write_text(json.dumps(record))
    loaded = stored_models.load(run, SHAPE, 10)
    for ours, theirs in zip(loaded.get_weights(), weights(run), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert {layer.dtype_policy.name for layer in loaded.layers[1:-1]} == {precision}
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize(
    "hostile",
    [
        {"module": "os", "class_name": "system", "config": "touch hacked"},
        {
            "module": "keras.layers",
            "class_name": "Lambda",
            "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wA="}}},
        },
        {"module": "builtins", "class_name": "exec", "config": {"source": "open('hacked', 'w')"}},
    ],
)
def test_what_a_file_says_of_its_model_is_not_read(
    run: Path, hostile: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run)
    expected = weights(run)
    rewritten(run / "model.keras", lambda _: hostile)
    loaded = stored_models.load(run, SHAPE, 10)
    for ours, theirs in zip(loaded.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not (run / "hacked").exists()


def test_no_stage_has_a_model_built_from_a_file() -> None:
    """An export is loaded by its own format's runtime, as its users will; nothing else is."""
    found = [
        file.relative_to(ROOT).as_posix()
        for folder in ("workflow", "docs")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"\bload_model\(", file.read_text(encoding="utf-8"))
    ]
    assert found == ["workflow/scripts/study/exports/keras.py"]


@pytest.mark.parametrize("damage", ["empty", "half", "hdf5", "another network", "no zip"])
def test_a_model_that_cannot_be_loaded_is_named(run: Path, damage: str) -> None:
    file = run / "model.keras"
    if damage == "hdf5":
        network = models.seeded(3, SETTINGS, SHAPE, 10)
        network.save(run / "old.h5")
        file.write_bytes((run / "old.h5").read_bytes())
    elif damage == "another network":
        models.seeded(3, SETTINGS | {"parameters": {"filters": [5]}}, SHAPE, 10).save(file)
    else:
        data = {"empty": b"", "half": file.read_bytes()[:5000], "no zip": b"# a text\n" * 99}
        file.write_bytes(data[damage])
    with pytest.raises(StudyError, match=r"model\.keras cannot be loaded .* remove it and run"):
        stored_models.load(run, SHAPE, 10)


class Canary:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("hacked",)


@pytest.mark.parametrize(
    "read",
    [
        prepared.load_arrays,
        lambda file: predictions.load(file, 10),
        lambda file: npz._stored(file, "here"),
    ],
)
def test_pickled_arrays_are_refused(
    read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = ("logits", "labels", "images")
    np.savez("arrays.npz", **{name: np.array([Canary()], object) for name in named})
    with pytest.raises((StudyError, ValueError), match="pickle"):
        read(tmp_path / "arrays.npz")
    assert not (tmp_path / "hacked").exists()


def test_no_rule_runs_a_shell() -> None:
    """Values of a config reach a job as data, never as words of a command."""
    for file in (ROOT / "workflow" / "rules").glob("*.smk"):
        assert not re.search(r"^\s*(shell|run):|\bshell\(", file.read_text(), re.MULTILINE), file
    for file in (ROOT / "workflow" / "scripts").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"shell=True|os\.system|\bpickle\b|\beval\(|\bexec\(", text), file
