"""Tables of a small study that never ran, and figures that nobody drew, to make pages of."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from study import tables
from study.config.lessons import NONE
from study.report.page import render

Tables = dict[str, pd.DataFrame]
Row = dict[str, Any]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"></svg>'

SETTINGS: Row = {
    "tutorial": "T1",
    "question": "What is it good for?",
    "dataset": "mnist",
    "dataset_title": "MNIST",
    "dataset_name": "mnist",
    "model": "mlp",
    "splits.train": "train",
    "splits.validation": "test",
    "splits.test": "test",
    "parameters.units": 128,
    "parameters.dropout": 0.5,
    "training.optimizer.name": "adam",
    "training.optimizer.learning_rate": 1e-3,
    "training.loss": "sparse_categorical_crossentropy",
    "training.loss_reduction": "mean",
    "training.batch_size": 1000,
    "training.microbatch_size": None,
    "training.epochs": 2,
    "training.steps": None,
    "training.log_every": None,
    "training.shuffle": "each_epoch",
    "training.epoch_mean": "examples",
    "precision": "float32",
    "device": "auto",
    "export": "",
    "illustrations": "",
}
RESULTS: Row = {
    "parameter_count": 101770,
    "examples": 1000,
    "accuracy": 0.95,
    "accuracy_low": 0.93,
    "accuracy_high": 0.97,
    "loss": 0.2,
    "calibration_error": 0.03,
    "macro_precision": 0.95,
    "macro_recall": 0.95,
    "macro_f1": 0.95,
    "last_ten_test_accuracy": 0.94,
    "start_seconds": 2.0,
    "build_seconds": 0.5,
    "train_seconds": 10.0,
    "inherited_seconds": 0,
    "predict_seconds": 0.1,
    "cold_seconds": None,
    "warm_seconds": None,
    "images_seen": 120000,
    "images_per_second": 12000.0,
    "peak_memory_mb": 700.0,
    "device_kind": "cpu",
    "device_name": "Some CPU",
    "threads": 1,
    "processor": "Some CPU",
    "cores": 2,
    "memory_gb": 8.0,
    "system": "Linux",
    "version_python": "3.11.7",
    "version_tensorflow": "2.21.0",
    "version_keras": "3.15.0",
    "version_numpy": "2.4.0",
    "data_fingerprint": "d" * 64,
    "code_fingerprint": "c" * 64,
    "finished": "2026-01-02T03:04:05Z",
    "runs_in_job": 1,
}
CLAIM: Row = {
    "tutorial": "T1",
    "claim": "It reaches 95 %",
    "experiment": "grid",
    "variant": "a",
    "measure": "test_accuracy",
    "column": "",
    "rule": "within",
    "published": "0.95",
    "ours": "0.94",
    "seeds": 1,
    "deviation": "",
    "interval_low": "0.93",
    "interval_high": "0.95",
    "tolerance": "0.01",
    "basis": "a judgement",
    "again": "",
    "check": "",
    "post_hoc": "",
    "untrained": "",
    "reproduced": "yes",
    "remark": "",
}


def run(variant: str = "a", seed: int = 0, experiment: str = "grid", **different: Any) -> Row:
    """A planned run; `status="missing"` leaves its results out."""
    status = different.pop("status", "finished")
    who = {"experiment": experiment, "variant": variant, "seed": seed, "status": status}
    titles = {"experiment_title": f"The {experiment}", "variant_title": variant}
    results = RESULTS if status == "finished" else {}
    return {**who, **titles, **SETTINGS, **results, **different}


def study(*runs: Row, claims: tuple[Row, ...] = (), validated: bool = True) -> Tables:
    """The tables of a study of these runs, as they come from its files."""
    table = pd.DataFrame(runs or [run()])
    if not runs:
        table = table.head(0)
    places = table.groupby("experiment")["variant"].transform(lambda own: pd.factorize(own)[0])
    table.insert(4, "place", places.astype(int) if runs else 0)
    table.insert(5, "colour", table["place"].map(["#0072B2", "#D55E00", "#009E73"].__getitem__))
    for column in RESULTS:
        if column not in table:
            table[column] = None
    finished = table[table["status"] == "finished"]
    made = {
        "runs": table,
        "variants": _variants(table),
        "experiments": _experiments(table),
        "histories": _histories(finished, validated),
        "classes": _per_run(finished, _classes),
        "layers": _per_run(finished.drop_duplicates(["experiment", "variant"]), _layers),
        "datasets": _datasets(table),
        "demonstrations": _empty("demonstrations"),
        "outputs": _empty("outputs"),
        "known": _empty("known"),
        "spread": _empty("spread"),
        "exports": _empty("exports"),
        "robustness": _empty("robustness"),
        "class_means": _empty("class_means"),
        "comparisons": _empty("comparisons"),
        "scorecard": pd.DataFrame(claims) if claims else _empty("scorecard"),
    }
    return {name: _through_a_file(table) for name, table in made.items()}


def page(made: Tables, *figures: Path, title: str = "A study", commit: str = "") -> str:
    """The study's page without its scripts."""
    whole = render(title, "small", made, figures, NONE, commit=commit)
    return whole[: whole.rindex("<script>")]


def figure(folder: Path, section: str, *pictures: Row, **different: Any) -> Path:
    """A figure's folder; a picture is what `pictures.json` says about it."""
    about = {"figure": folder.name, "title": f"Title of {folder.name}", "section": section}
    about |= {"order": 100, "caption": f"Caption of {folder.name}.", "photos": False}
    rows = []
    for number, picture in enumerate(pictures):
        rows.append({"name": f"part/{number}", "alt": "Some alternative text.", **picture})
        rows[-1] = {"note": "", "size": "", **rows[-1]}
        for suffix, text in ((".svg", SVG), (".png", SVG * 2)):
            file = folder / f"{rows[-1]['name']}{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pictures.json").write_text(json.dumps({**about, "pictures": rows, **different}))
    return folder


def _through_a_file(table: pd.DataFrame) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        tables.write(table, Path(folder) / "table.csv")
        return tables.read(Path(folder) / "table.csv")


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(tables.columns(name)))


def _variants(runs: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (experiment, variant), own in runs.groupby(["experiment", "variant"], sort=False):
        done = own[own["status"] == "finished"]
        first = own.iloc[0]
        copied = ("place", "colour", "experiment_title", "variant_title", "dataset_title", "model")
        means = ("accuracy", "accuracy_low", "accuracy_high", "loss", "calibration_error")
        means += ("macro_precision", "macro_recall", "macro_f1", "examples", "parameter_count")
        row = {"experiment": experiment, "variant": variant, **{c: first[c] for c in copied}}
        row |= {"planned": len(own), "seeds": len(done)}
        row |= {column: done[column].astype(float).mean() for column in means}
        accuracy = done["accuracy"].astype(float)
        row |= {"accuracy_deviation": accuracy.std(), "accuracy_lowest": accuracy.min()}
        row |= {"last_ten_test_accuracy": done["last_ten_test_accuracy"].astype(float).mean()}
        rows.append({**row, "accuracy_highest": accuracy.max()})
    return pd.DataFrame(rows) if rows else _empty("variants")


def _experiments(runs: pd.DataFrame) -> pd.DataFrame:
    first = runs.drop_duplicates("experiment")
    columns = ["experiment", "tutorial", "question", "place", "colour", "dataset_title"]
    return first[columns].assign(title=first["experiment_title"], frontier="", tried="")


def _histories(runs: pd.DataFrame, validated: bool) -> pd.DataFrame:
    rows = [
        {
            **{key: one[key] for key in ("experiment", "variant", "seed")},
            "epoch": epoch,
            "step": 60 * (epoch + 1),
            "loss": 1 / (epoch + 1),
            "accuracy": 0.5 + 0.1 * epoch,
            "batch_accuracy": 0.5 if one["training.log_every"] else None,
            "val_loss": 0.9 / (epoch + 1) if validated and one["splits.validation"] else None,
            "val_accuracy": 0.6 if validated and one["splits.validation"] else None,
        }
        for one in runs.to_dict("records")
        for epoch in range(2)
    ]
    return pd.DataFrame(rows) if rows else _empty("histories")


def _per_run(runs: pd.DataFrame, rows_of: Any) -> pd.DataFrame:
    keys = ("experiment", "variant", "seed")
    rows = [
        {**{key: one[key] for key in keys}, **row}
        for one in runs.to_dict("records")
        for row in rows_of()
    ]
    name = rows_of.__name__.lstrip("_")
    table = pd.DataFrame(rows) if rows else _empty(name)
    return table.drop(columns=[c for c in table if c not in tables.columns(name)])


def _classes() -> list[Row]:
    scores = {"support": 500, "precision": 0.9, "recall": 0.9, "f1": 0.9}
    return [
        {"class_id": i, "class": str(7 + i), "accuracy": 0.9 + 0.05 * i, **scores} for i in (0, 1)
    ]


def _layers() -> list[Row]:
    dense = {"activation": "relu", "details": "", "output_shape": "10", "parameters": 7850}
    return [{"layer": 0, "name": "dense", "type": "Dense", **dense}]


def _datasets(runs: pd.DataFrame) -> pd.DataFrame:
    rows = runs.drop_duplicates("dataset")[["dataset", "dataset_title", "dataset_name"]]
    rows = rows.rename(columns={"dataset_title": "title", "dataset_name": "name"})
    return rows.assign(
        source="tfds", order="source", train=60000, test=10000, input_shape="28 × 28 × 1",
        classes='["7", "8"]', fingerprint="d" * 64, homepage="",
    )  # fmt: skip
