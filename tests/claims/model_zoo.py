"""Small tables and stored arrays of a study, from which every measure can be computed by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from study import tables
from study.claims.results import ClaimResults
from study.claims.scorecard import scorecard
from study.results import Results

CURVES = {  # two seeds per variant: their mean is what is measured
    ("10", 0): {"loss": [4.0, 2.0, 1.0, 1.0], "val_loss": [3.0, 1.0, 2.0, 4.0]},
    ("10", 1): {"loss": [2.0, 2.0, 1.0, 1.0], "val_loss": [1.0, 1.0, 2.0, 2.0]},
    ("20", 0): {"loss": [2.0, 1.5, 1.0, 0.5], "val_loss": [2.0, 2.5, 3.0, 3.5]},
}


DATASET = {
    "name": "mnist", "train": 90, "input_shape": "28 × 28 × 1", "pixel_lowest": 3,
    "pixel_highest": 250, "train_rarest_class": 8, "train_commonest_class": 11,
    "test_rarest_class": 1, "test_commonest_class": 2,
}  # fmt: skip


def results_in(folder: Path) -> ClaimResults:
    """Tables of a study called `model_zoo`, whose variants look like numbers, read from files."""
    runs = [
        {"variant": v, "seed": s, "status": "finished", "parameter_count": 7, "accuracy": 0.9 + s}
        for v, s in CURVES
    ]
    runs.append({"variant": "30", "seed": 0, "status": "missing"})
    histories = [
        {"variant": v, "seed": s, "epoch": e, "step": 10 * (e + 1), "loss": a, "val_loss": b}
        for (v, s), curve in CURVES.items()
        for e, (a, b) in enumerate(zip(curve["loss"], curve["val_loss"], strict=True))
    ]
    classes = [
        {"variant": "10", "seed": s, "class_id": c, "class": str(9 - c), "accuracy": (c + s) / 20}
        for s in (0, 1)
        for c in range(11)
    ]
    layers = [{"variant": "10", "layer": place, "parameters": place * 5} for place in range(12)]
    shapes = dict(enumerate(("28 × 28 × 6", "14 × 14 × 6", "120")))
    layers = [{"experiment": "e", "output_shape": shapes.get(row["layer"], "9"), **row}
              for row in layers]  # fmt: skip
    layers.append({"experiment": "demo", "variant": "", "layer": 0, "parameters": 60})
    outputs = [
        {"demonstration": "demo", "example": e, "class_id": c, "probability": 0.5}
        for e in (0, 1)
        for c in (0, 1)
    ]
    rows = {
        "runs": [{"experiment": "e", "dataset_name": "mnist", **row} for row in runs],
        "histories": [{"experiment": "e", **row} for row in histories],
        "classes": [{"experiment": "e", **row} for row in classes],
        "layers": layers,
        "demonstrations": [{"demonstration": "demo"}],
        "outputs": outputs,
        "datasets": [DATASET],
        "exports": [
            {"experiment": "e", "variant": "10", "seed": s, "accuracy": s / 2, "different": 3 * s}
            for s in (0, 1)
        ],
    }
    place = folder / "results" / "model_zoo" / "tables"
    for name, found in rows.items():
        tables.write(tables.arrange(pd.DataFrame(found), name), place / f"{name}.csv")
    files = {name: str(place / f"{name}.csv") for name in rows}
    return ClaimResults.read(Results(stored_files(folder)), **files)


def stored_files(folder: Path) -> dict[str, list[str]]:
    """A function, draws, and the maps of two images in a network of two layers."""
    functions, draws = folder / "functions.csv", folder / "draws.npz"
    functions.write_text("function,x,y\nhalf,-2,-1\nhalf,0,0\nhalf,3,1.5\n")
    np.savez(draws, draws=np.array([-0.21, 0.1, 0.2, 0.3], np.float32), stddev=np.float32(0.1))
    maps = {  # each largest response: 8, 0.7, 0.9; in the untrained network the third is silent
        "0/maps_1": np.array([[[8, 0.7, 0.2], [0, 0, 0]]], np.float32),
        "1/maps_1": np.array([[[0, 0, 0], [1, 0, 0.9]]], np.float32),
        "2/maps_1": np.array([[[10, 10, 0]]], np.float32),
    }
    np.savez(folder / "recorded.npz", **maps)
    layers = [{"name": "conv"}, {"name": "pool"}]
    views = [{"trained": trained, "layers": layers} for trained in (True, True, False)]
    about = {"experiment": "e", "variant": "10", "seed": 1, "keep": [], "views": views}
    (folder / "recorded.json").write_text(json.dumps(about))
    recorded = [str(folder / f"recorded.{suffix}") for suffix in ("npz", "json")]
    return {"functions": [str(functions)], "draws": [str(draws)], "activations": recorded}


def judged(results: ClaimResults, **claim: object) -> dict[str, object]:
    whole = {"tutorial": "S0", "claim": "c", "experiment": "e", "variant": "10"} | claim
    (row,) = scorecard(results, [{k: v for k, v in whole.items() if v is not None}]).to_dict(
        "records"
    )
    return row
