"""Evaluate runs of a sweep from their stored predictions, and put them into one table."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study.evaluation import evaluate, identity
from study.files import atomic, read_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

Row = dict[str, Any]


def run_row(record_file: str, predictions_file: str, history_file: str, axes: list[str]) -> Row:
    """A run's row: what it is, the values of the sweep's axes, metrics, and what it cost.

    The metrics are those of :func:`study.evaluation.evaluate`; `last_loss` and the like are the
    last row of the history.
    """
    record = read_json(record_file)
    with np.load(predictions_file, allow_pickle=False) as stored:
        metrics, _, _ = evaluate(stored["logits"], stored["labels"])
    with Path(history_file).open(newline="", encoding="utf-8") as file:
        last = list(csv.DictReader(file))[-1]
    return {
        **identity(record_file),
        **{axis: value_at(record["settings"], axis) for axis in axes},
        "parameter_count": record["parameters"],
        **metrics,
        **{f"last_{name}": value for name, value in last.items() if name not in ("epoch", "step")},
        "train_seconds": record["timings"]["train_s"],
        "images_per_second": record["timings"]["images_per_s"],
        "peak_memory_mb": record["peak_memory_mb"],
        "device_name": record["device"]["name"],
        "threads": record["device"]["threads"],
        "finished": record["finished"],
    }


def value_at(settings: Row, axis: str) -> Any:
    """The value that a dotted path leads to; a list as words, null as `none`."""
    value: Any = settings
    for key in axis.split("."):
        value = value.get(key)
    if value is None:
        return "none"
    return " ".join(map(str, value)) if isinstance(value, list) else value


if __name__ == "__main__":
    with job(snakemake):
        files = zip(
            snakemake.input.records,
            snakemake.input.predictions,
            snakemake.input.histories,
            strict=True,
        )
        rows = [run_row(*each, snakemake.params.axes) for each in files]
        with (
            atomic(snakemake.output.table) as temporary,
            temporary.open("w", newline="", encoding="utf-8") as file,
        ):
            columns = dict.fromkeys(name for row in rows for name in row)
            writer = csv.DictWriter(file, list(columns), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
