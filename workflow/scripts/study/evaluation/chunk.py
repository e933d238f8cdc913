"""From the files of a chunk of runs to a folder of tables; for the study and its sweeps alike."""

import csv
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from study import tables
from study.errors import StudyError
from study.evaluation import calibration, metrics, predictions
from study.evaluation.intervals import wilson
from study.evaluation.predictions import REMEDY, Predictions
from study.evaluation.settings import cell, flat
from study.files import flush_folder, read_json, scratch_folder
from study.splits import Split

MISTAKES = 24
"""How many of the worst mistakes of a run are listed."""

DETAILED = ("classes", "confusion", "calibration", "mistakes", "doubtful", "layers")
"""The tables of a chunk that a sweep does without."""

HISTORY = ("epoch", "step", "loss", "accuracy", "batch_accuracy", "val_loss", "val_accuracy")
"""The columns of a run's history, whichever a run has."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of a chunk.

    Attributes:
        record: its `run.json`.
        dataset: the `dataset.json` of its dataset.
        predictions: on its test split.
        history: the rows of its history, as text.
    """

    record: Row
    dataset: Row
    predictions: Predictions
    history: list[Row]

    @property
    def who(self) -> Row:
        """The columns that say which run a row belongs to."""
        return {name: self.record[name] for name in ("experiment", "variant", "seed")}


def evaluate(
    records: Sequence[str],
    predicted: Sequence[str],
    histories: Sequence[str],
    datasets: Sequence[str],
    folder: str | Path,
    *,
    detailed: bool,
) -> None:
    """Evaluate a chunk of runs, and write its tables into a new folder.

    Args:
        records, predicted, histories: each run's `run.json`, `predictions.npz` and `history.csv`,
            in the same order.
        datasets: the `dataset.json` of each dataset that the runs use.
        folder: the folder to write; it appears whole or not at all. It holds `runs.csv` and
            `histories.csv`.
        detailed: whether to write the tables of :data:`DETAILED` too.

    Raises:
        StudyError: if a file is damaged or files do not fit each other; the message names it.
    """
    abouts = {about["name"]: about for about in map(read_json, datasets)}
    rows: dict[str, list[Row]] = {"runs": [], "histories": []}
    rows |= {name: [] for name in DETAILED} if detailed else {}
    described: set[tuple[str, str]] = set()
    for files in zip(records, predicted, histories, strict=True):
        run = _load(*files, abouts)
        rows["runs"].append(_row(run, files[0]))
        rows["histories"] += [{**run.who, **row} for row in run.history]
        if detailed:
            for name, found in _details(run).items():
                rows[name] += [{**run.who, **row} for row in found]
            variant = (run.record["experiment"], run.record["variant"])
            rows["layers"] += [] if variant in described else _layers(run)
            described.add(variant)
    _add_intervals(rows["runs"])
    _write(rows, Path(folder))


def _load(record_file: str, predictions_file: str, history_file: str, abouts: Row) -> Run:
    record = read_json(record_file)
    try:
        dataset = abouts[record["settings"]["dataset"]]
    except (KeyError, TypeError) as error:
        raise StudyError(
            f"{record_file} does not name a dataset of this study ({error}); {REMEDY}"
        ) from error
    found = predictions.load(predictions_file, len(dataset["class_names"]))
    doubtful = tuple(row["index"] for row in _doubted(record, dataset))
    if doubtful and max(doubtful) >= len(found.labels):
        raise StudyError(f"{predictions_file} has too few test examples; {REMEDY}")
    return Run(record, dataset, replace(found, doubtful=doubtful), _history(history_file))


def _doubted(record: Row, dataset: Row) -> list[Row]:
    """The dataset's doubtful labels that are in a run's test split, with their places in it."""
    split = Split.parse(record["settings"]["splits"]["test"])
    if split.name != "test":
        return []
    places = range(dataset["examples"]["test"])[split.slice(dataset["examples"]["test"])]
    rows = dataset["doubtful_labels"]
    return [{**r, "index": places.index(r["index"])} for r in rows if r["index"] in places]


def _history(file: str) -> list[Row]:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StudyError(f"{file} is damaged ({error}); {REMEDY}") from error
    header, *lines = list(csv.reader(text.splitlines())) or [[]]
    complete = text.endswith("\n") and all(len(line) == len(header) for line in lines)
    if not complete or not lines or not {"epoch", "step", "loss"} <= set(header):
        raise StudyError(f"{file} is damaged or has no rows; {REMEDY}")
    return [dict(zip(header, line, strict=True)) for line in lines]


def _row(run: Run, file: str) -> Row:
    """The run's row of the table of runs, without what only the plan knows."""
    record = run.record
    try:
        return {
            **run.who,
            **flat(record["settings"]),
            "dataset_name": run.dataset["public_name"],
            "parameter_count": record["parameter_count"],
            "examples": len(run.predictions.labels),
            **{name: of(run.predictions) for name, (_, _, of) in metrics.all().items()},
            **{f"last_{name}": run.history[-1].get(name, "") for name in HISTORY[2:]},
            "last_ten_test_accuracy": _test_accuracy_of_last_ten_epochs(run),
            **_cost(record),
        }
    except KeyError as error:
        raise StudyError(
            f"{file} lacks {error}, which an older version left out; {REMEDY}"
        ) from error


def _test_accuracy_of_last_ten_epochs(run: Run) -> float | str:
    """Its mean; nothing where the test split was not watched, or in ten epochs or fewer."""
    splits = run.record["settings"]["splits"]
    epochs = {row["epoch"]: row for row in run.history}
    if splits["validation"] != splits["test"] or len(epochs) <= 10:
        return ""
    return float(np.mean([float(row["val_accuracy"]) for row in [*epochs.values()][-10:]]))


def _cost(record: Row) -> Row:
    """What a run took, on which machine, with which versions."""
    timings, device = record["timings"], record["device"]
    return {
        **{
            f"{name}_seconds": timings[f"{name}_s"]
            for name in ("start", "build", "train", "inherited", "predict")
        },
        "cold_seconds": timings["cold_s"],
        "warm_seconds": timings["warm_s"],
        "images_seen": record["images_seen"],
        "images_per_second": timings["images_per_s"],
        "peak_memory_mb": record["peak_memory_mb"],
        "device_kind": device["kind"],
        "device_name": device["name"],
        "threads": device["threads"],
        **{name: record["machine"][name] for name in ("processor", "cores", "memory_gb", "system")},
        **{f"version_{name}": version for name, version in record["versions"].items()},
        **{
            name: record[name]
            for name in ("data_fingerprint", "code_fingerprint", "finished", "runs_in_job")
        },
    }


def _add_intervals(rows: list[Row]) -> None:
    """Add each accuracy's interval, for all runs at once."""
    accuracies, examples = ([row[name] for row in rows] for name in ("accuracy", "examples"))
    for row, low, high in zip(rows, *wilson(accuracies, examples), strict=True):
        row |= {"accuracy_low": low, "accuracy_high": high}


def _details(run: Run) -> dict[str, Iterator[Row]]:
    return {
        "classes": _classes(run),
        "confusion": _confusion(run),
        "calibration": _calibration(run),
        "mistakes": _mistakes(run),
        "doubtful": _doubtful(run),
    }


def _classes(run: Run) -> Iterator[Row]:
    columns = {name: values.tolist() for name, values in run.predictions.scores.items()}
    for class_id, name in enumerate(run.dataset["class_names"]):
        values = {column: column_values[class_id] for column, column_values in columns.items()}
        yield {"class_id": class_id, "class": name, **values}


def _confusion(run: Run) -> Iterator[Row]:
    names, counts = run.dataset["class_names"], run.predictions.confusion
    support = counts.sum(axis=1, keepdims=True)
    fractions = np.where(support > 0, counts / np.maximum(support, 1), np.nan)
    for (true, predicted), count in np.ndenumerate(counts):
        yield {
            "true": names[true],
            "predicted": names[predicted],
            "count": int(count),
            "fraction": fractions[true, predicted],
        }


def _calibration(run: Run) -> Iterator[Row]:
    bins = calibration.reliability(run.predictions.confidences, run.predictions.correct)
    columns = ("low", "high", "examples", "correct", "confidence")
    for values in zip(*(getattr(bins, column) for column in columns), strict=True):
        yield dict(zip(columns, values, strict=True))


def _mistakes(run: Run) -> Iterator[Row]:
    found, names = run.predictions, run.dataset["class_names"]
    for rank, index in enumerate(found.mistakes(MISTAKES)):
        true = found.labels[index]
        yield {
            "rank": rank,
            "index": int(index),
            "true": names[true],
            "predicted": names[found.predicted[index]],
            "confidence": found.confidences[index],
            "true_probability": found.probabilities[index, true],
        }


def _doubtful(run: Run) -> Iterator[Row]:
    names = run.dataset["class_names"]
    for row in _doubted(run.record, run.dataset):
        index = row["index"]
        yield {
            **row,
            "label": names[row["label"]],
            "proposed": names[row["proposed"]],
            "predicted": names[run.predictions.predicted[index]],
            "confidence": run.predictions.confidences[index],
        }


def _layers(run: Run) -> Iterator[Row]:
    for layer in layer_rows(run.record["layers"]):
        yield {**{name: run.who[name] for name in ("experiment", "variant")}, **layer}


def layer_rows(layers: Sequence[Row]) -> Iterator[Row]:
    """The rows of the table of layers, without the model's name.

    Args:
        layers: of a `run.json` or a demonstration's `model.json`.
    """
    for place, layer in enumerate(layers):
        yield {"layer": place, **layer, "output_shape": str(cell(layer["output_shape"]))}


def _write(rows: dict[str, list[Row]], folder: Path) -> None:
    with scratch_folder(folder.parent, folder.name) as temporary:
        new = temporary / folder.name
        for name, found in rows.items():
            kind = "sweep_runs" if name == "runs" else name
            tables.write(tables.arrange(pd.DataFrame(found), kind), new / f"{name}.csv")
        if folder.exists():
            shutil.rmtree(folder)
        new.replace(folder)
        flush_folder(folder.parent)
