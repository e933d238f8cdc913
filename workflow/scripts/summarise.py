"""Put all runs into tidy tables: one row a run, a row of history, a class of a run."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from study.evaluation import identity
from study.files import atomic, read_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

HISTORY = [
    *("experiment", "variant", "seed", "epoch", "step", "loss", "accuracy"),
    *("batch_accuracy", "val_loss", "val_accuracy"),
]
"""The columns of the table of histories, whichever the study's runs have; see `study/engine.py`."""


def run_row(run: dict[str, Any], metrics: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """A run's row of the table of runs; `titles` are the data sets' by name."""
    settings, timings = run["settings"], run["timings"]
    training = settings["training"]
    return {
        "dataset": settings["dataset"],
        "dataset_title": titles[settings["dataset"]],
        "model": settings["model"],
        "parameters": run["parameters"],
        "epochs": training.get("epochs"),
        "steps": training.get("steps"),
        "batch_size": training["batch_size"],
        "precision": settings["precision"],
        **metrics,
        **{
            f"{name.removesuffix('_s')}_seconds": timings[name]
            for name in timings
            if name not in ("images_per_s", "checkpoints_s")
        },
        "images_seen": round(timings["images_per_s"] * timings["train_s"]),
        "images_per_second": timings["images_per_s"],
        "peak_memory_mb": run["peak_memory_mb"],
        "device": run["device"]["kind"],
        "device_name": run["device"]["name"],
        "threads": run["device"]["threads"],
    }


def stacked(files: list[str]) -> pd.DataFrame:
    """CSV files of runs one below the other, with the columns that say whose each row is."""
    tables = []
    for file in files:
        table = pd.read_csv(file, dtype={"class": str})
        for position, (key, value) in enumerate(identity(file).items()):
            table.insert(position, key, value)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def histories_table(files: list[str]) -> pd.DataFrame:
    """All rows of history; a column that no run has is empty."""
    return stacked(files).reindex(columns=HISTORY)


def write(table: pd.DataFrame, path: str) -> None:
    """Write a table as CSV, atomically."""
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False)


if __name__ == "__main__":
    with job(snakemake):
        datasets = map(read_json, snakemake.input.datasets)
        titles = {about["name"]: about["title"] for about in datasets}
        rows = [
            {**identity(run), **run_row(read_json(run), read_json(metrics), titles)}
            for run, metrics in zip(snakemake.input.runs, snakemake.input.metrics, strict=True)
        ]
        table = pd.DataFrame(rows).astype({"epochs": "Int64", "steps": "Int64"})
        write(table, snakemake.output.runs)
        write(histories_table(snakemake.input.histories), snakemake.output.histories)
        write(stacked(snakemake.input.classes), snakemake.output.classes)
