"""Files of small runs that never were trained, and the plan that asks for them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from study import prepared

Row = dict[str, Any]

CLASSES = ["boot", "10", "NA"]
"""Names of classes that must stay as they are: one looks like a number, one like nothing."""

SETTINGS: Row = {
    "dataset": "small",
    "splits": {"train": "train", "validation": None, "test": "test"},
    "model": "mlp",
    "parameters": {"units": 8, "filters": [6, 16]},
    "training": {"optimizer": {"name": "adam", "learning_rate": 1e-7}, "epochs": 2, "steps": None},
    "precision": "float32",
    "device": "auto",
}
FINGERPRINT = "12345678901234567890"
"""One that could be taken for a number."""

HISTORY = "epoch,step,loss,accuracy\n0,10,0.5,0.75\n1,20,0.25,0.875\n"


def predictions(seed: int, examples: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels; the labels do not depend on the seed."""
    labels = np.arange(examples, dtype=np.int32) % 3
    logits = np.random.default_rng(seed).standard_normal((examples, 3)).astype(np.float32)
    logits[np.arange(examples), labels] += 1
    return logits, labels


def record(variant: str, seed: int, **changes: Any) -> Row:
    """A `run.json`."""
    return {
        "experiment": "e",
        "variant": variant,
        "seed": seed,
        "settings": SETTINGS,
        "identity": "i",
        "data_fingerprint": FINGERPRINT,
        "code_fingerprint": "1e5",
        "versions": {"python": "3.11", "tensorflow": "2.21", "keras": "3.15", "numpy": "2.4"},
        "machine": {"processor": "p", "cores": 2, "memory_gb": 25.3, "system": "Linux"},
        "device": {"kind": "cpu", "name": "p", "threads": 1, "jit_compile": False},
        "runs_in_job": 1,
        "parameter_count": 7,
        "layers": [
            {
                "name": "dense",
                "type": "Dense",
                "activation": "relu",
                "details": "",
                "output_shape": [10],
                "parameters": 7,
            }
        ],
        "finished": "2026-11-24T08:47:59Z",
        "timings": {
            "start_s": 1.0,
            "build_s": 0.5,
            "train_s": 10.0,
            "inherited_s": 4.0,
            "predict_s": 0.1,
            "cold_s": None,
            "warm_s": 9.0,
            "images_per_s": 100.0,
            "checkpoints_s": 0.0,
        },
        "images_seen": 1000,
        "peak_memory_mb": 100.5,
        "resumed_at": [],
        **changes,
    }


def write_dataset(
    folder: Path,
    name: str = "small",
    fingerprint: str = FINGERPRINT,
    doubtful_labels: Sequence[Row] = (),
) -> str:
    """A `dataset.json`; returns its path."""
    about = {
        "name": name,
        "public_name": "digits",
        "class_names": CLASSES,
        "input_shape": [28, 28, 1],
        "examples": {"train": 100, "test": 60},
        "doubtful_labels": list(doubtful_labels),
        "fingerprint": fingerprint,
        "origin": {"source": "digits", "order": "source", "homepage": ""},
    }
    file = folder / f"dataset-{name}.json"
    file.write_text(json.dumps(about))
    return str(file)


def write_prepared(folder: Path) -> tuple[str, str]:
    """`examples.npz` and `dataset.json` of 100 and 60 images; returns their paths."""
    arrays: dict[str, Any] = {}
    for part, examples in (("train", 100), ("test", 60)):
        arrays[f"{part}_images"] = np.full((examples, 28, 28, 1), 7, np.uint8)
        arrays[f"{part}_labels"] = np.minimum(np.arange(examples) // 30, 2).astype(np.int32)
    arrays["train_images"][3, 4, 5] = 200
    file = folder / "prepared" / "examples.npz"
    file.parent.mkdir(parents=True)
    prepared.save_arrays(file, arrays)
    return str(file), write_dataset(file.parent, fingerprint=prepared.fingerprint(arrays))


def write_run(folder: Path, variant: str, seed: int, **changes: Any) -> tuple[str, str, str]:
    """A run's `run.json`, `predictions.npz` and `history.csv`; returns their paths."""
    own = folder / f"{variant}-{seed}"
    own.mkdir(parents=True)
    (own / "run.json").write_text(json.dumps(record(variant, seed, **changes)))
    logits, labels = predictions(seed)
    np.savez(own / "predictions.npz", logits=logits, labels=labels)
    (own / "history.csv").write_text(HISTORY)
    return str(own / "run.json"), str(own / "predictions.npz"), str(own / "history.csv")


def planned(variant: str, seed: int, place: int = 0, **changes: Any) -> Row:
    """A run's record in the plan."""
    return {
        "experiment": "e",
        "variant": variant,
        "seed": seed,
        "place": place,
        "colour": "#0072b2",
        "experiment_title": "E",
        "variant_title": variant,
        "tutorial": "",
        "question": "Why?",
        "experiment_place": 0,
        "experiment_colour": "#0072b2",
        "dataset_title": "Small",
        "export": [],
        "illustrations": None,
        "kind": "",
        "tried": "",
        "resources": {"threads": 1, "mem_mb": 2000},
        "settings": SETTINGS,
        **changes,
    }
