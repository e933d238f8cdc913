"""A small study for the tests of figures: all tables, made from a few lines."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from study import tables
from study.evaluation.intervals import wilson
from study.palette import colour
from study.results import Results

Rows = list[dict[str, Any]]
CLASSES = {"digits": ["0", "1"], "clothes": ["shirt", "coat", "bag"]}
CLAIM = {
    "tutorial": "S1", "claim": "Accuracy .9", "experiment": "elsewhere", "variant": "",
    "measure": "test_accuracy", "rule": "within", "published": "0.9", "ours": "0.88",
    "interval_low": "0.84", "interval_high": "0.92", "reproduced": "yes",
}  # fmt: skip
"""A claim about an experiment that is not drawn."""

IMAGES = 12
"""Test images of each dataset."""


def run(experiment: str = "e", variant: str = "a", seed: int = 0, **more: Any) -> dict[str, Any]:
    """A row of the table of runs. `place` must be given where a variant is not the first."""
    place, dataset = more.get("place", 0), more.get("dataset", "digits")
    row = {
        "experiment": experiment,
        "variant": variant,
        "seed": seed,
        "status": "finished",
        "place": place,
        "colour": colour(place),
        "experiment_title": f"Title of {experiment}",
        "variant_title": variant,
        "dataset": dataset,
        "dataset_title": f"The {dataset}",
        "splits.train": "train",
        "splits.validation": "test",
        "splits.test": "test",
        "illustrations": "",
        "illustrations.maps_per_row": "",
        "accuracy": 0.75,
        "accuracy_low": 0.6,
        "accuracy_high": 0.9,
        "calibration_error": 0.1234,
        "examples": IMAGES,
        "parameter_count": 100 * (place + 1),
        "train_seconds": 2.0,
        "images_seen": 5000,
    } | more
    if row["status"] == "missing":
        for key in list(row)[list(row).index("accuracy") :]:
            row[key] = np.nan
    return row


def history(planned: dict[str, Any], *points: dict[str, Any]) -> Rows:
    """Rows of the table of histories; epochs count from 0, and an epoch has 5 steps."""
    return [
        {**who(planned), "epoch": epoch, "step": 5 * (epoch + 1), **point}
        for epoch, point in enumerate(points)
    ]


def who(planned: dict[str, Any]) -> dict[str, Any]:
    """Which run a row is about."""
    return {key: planned[key] for key in ("experiment", "variant", "seed")}


def all_tables(runs: Rows, histories: Rows | None = None) -> dict[str, pd.DataFrame]:
    """Every table that figures read, consistent with the runs, of which some may be missing."""
    finished = [row for row in runs if row["status"] == "finished"]
    if histories is None:
        point = {"loss": 0.5, "accuracy": 0.75, "val_loss": 0.6, "val_accuracy": 0.7}
        histories = [row for each in finished for row in history(each, point, point)]
    frame = pd.DataFrame(runs)
    groups = frame.groupby(["experiment", "variant"], sort=False)
    first = groups.first().reset_index()
    first["planned"] = groups.size().to_numpy()
    first["seeds"] = groups["accuracy"].count().to_numpy()
    for mean in ("accuracy", "calibration_error"):
        first[mean] = groups[mean].mean().to_numpy()
    first["accuracy_lowest"] = groups["accuracy"].min().to_numpy()
    first["accuracy_highest"] = groups["accuracy"].max().to_numpy()
    names = list(dict.fromkeys(row["experiment"] for row in runs))
    made = {
        "runs": frame,
        "variants": first,
        "experiments": pd.DataFrame(
            [
                {"experiment": name, "title": name, "place": place, "colour": colour(place),
                 "frontier": "smallest"}
                for place, name in enumerate(names)
            ]
        ),
        "histories": pd.DataFrame(histories),
        "curves": pd.DataFrame(
            [{"experiment": e, "curve": "val", "column": "val_loss"} for e in names]
        ),
        "class_means": pd.DataFrame(
            [
                {"experiment": row["experiment"], "variant": row["variant"], "class_id": class_id,
                 "class": name, "support": 6, "seeds": 1, "accuracy": 0.5 + class_id / 10,
                 "accuracy_low": 0.4, "accuracy_high": 0.9}
                for row in {(r["experiment"], r["variant"]): r for r in finished}.values()
                for class_id, name in enumerate(CLASSES[row["dataset"]])
            ]
        ),
        "confusion": pd.DataFrame(
            [
                {**who(row), "true": true, "predicted": predicted, "count": 3, "fraction": 0.5}
                for row in finished
                for true in CLASSES[row["dataset"]]
                for predicted in CLASSES[row["dataset"]]
            ]
        ),
        "reliability": pd.DataFrame(
            [
                {"experiment": row["experiment"], "variant": row["variant"], "low": 0.6,
                 "high": 2 / 3, "examples": 12, "confidence": 0.65, "accuracy": 0.5,
                 "accuracy_low": wilson(0.5, 12)[0], "accuracy_high": wilson(0.5, 12)[1]}
                for row in {(r["experiment"], r["variant"]): r for r in finished}.values()
            ]
        ),
        "mistakes": pd.DataFrame(
            [
                {**who(row), "rank": rank, "index": index, "true": CLASSES[row["dataset"]][0],
                 "predicted": CLASSES[row["dataset"]][1], "confidence": 0.987}
                for row in finished
                for rank, index in enumerate((2, 11))
            ]
        ),
        "robustness": pd.DataFrame(
            [
                {**who(row), "corruption": kind, "level": level, "strength": level or np.nan,
                 "examples": 12, "accuracy": 0.9 - level / 10}
                for row in {(r["experiment"], r["variant"]): r for r in reversed(finished)}.values()
                for kind in ("Blur (pixels)", "Noise")
                for level in range(6)
            ]
        ),
        "comparisons": pd.DataFrame(
            [
                {"dataset_title": a["dataset_title"], "experiment": a["experiment"],
                 "variant": a["variant"], "other_experiment": b["experiment"],
                 "other_variant": b["variant"], "difference": 0.01, "difference_low": 0.0,
                 "difference_high": 0.02, "only_first": 9, "only_second": 1, "p": 0.01,
                 "p_holm": 0.02, "verdict": "better"}
                for a, b in itertools.combinations(
                    {(r["experiment"], r["variant"]): r for r in finished}.values(), 2
                )
            ]
        ),
        "doubtful": pd.DataFrame(
            [
                {**who(row), "index": index, "label": CLASSES[row["dataset"]][0],
                 "proposed": CLASSES[row["dataset"]][1], "votes_label": 2, "votes_proposed": 3,
                 "votes_neither": 0, "predicted": CLASSES[row["dataset"]][index // 7],
                 "confidence": 0.987}
                for row in finished
                for index in (2, 8)
            ]
        ),
        "datasets": pd.DataFrame(
            [
                {"dataset": name, "title": f"The {name}", "classes": json.dumps(CLASSES[name])}
                for name in dict.fromkeys(row["dataset"] for row in runs)
            ]
        ),
        "known": pd.DataFrame(columns=["experiment"]),
        "scorecard": pd.DataFrame([CLAIM if finished else {**CLAIM, "reproduced": "missing"}]),
    }  # fmt: skip
    return {name: tables.arrange(table, name) for name, table in made.items()}


def write_examples(folder: Path, dataset: str, train: int) -> list[str]:
    """A prepared dataset: labels in turn, and images whose pixels say their index."""
    file = folder / f"data of {dataset}" / "examples.npz"
    file.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    for split, count in (("train", train), ("test", IMAGES)):
        index = np.arange(count)
        arrays[f"{split}_labels"] = (index % len(CLASSES[dataset])).astype(np.int32)
        pixels = (10 * index % 256).astype(np.uint8)[:, None, None, None]
        arrays[f"{split}_images"] = np.broadcast_to(pixels, (count, 7, 7, 1))
    np.savez(file, **arrays)
    about = file.with_name("dataset.json")
    about.write_text(json.dumps({"name": dataset}))
    return [str(file), str(about)]


def results(
    folder: Path, made: dict[str, pd.DataFrame], train: int = 40, **more: list[str]
) -> Results:
    """The tables as files, with the examples of their datasets, `train` training images each."""
    files: dict[str, list[str]] = {}
    for name, table in made.items():
        tables.write(table, folder / f"{name}.csv")
        files[name] = [str(folder / f"{name}.csv")]
    files["examples"] = [
        file for name in made["datasets"]["dataset"] for file in write_examples(folder, name, train)
    ]
    return Results({**files, **more})
