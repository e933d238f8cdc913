"""The curves of a study's finished runs as files that TensorBoard opens: `make tensorboard`."""

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tensorboard.summary import Writer

from study import tables
from study.errors import StudyError
from study.files import read_json
from study.jobs import command

TAGS = {
    "loss": "loss/training",
    "val_loss": "loss/validation",
    "accuracy": "accuracy/training",
    "val_accuracy": "accuracy/validation",
    "batch_accuracy": "accuracy/next batch",
}
"""What TensorBoard calls each column of a run's history; equal first words share a section."""


def runs(folder: Path) -> Iterator[tuple[str, Any]]:
    """The finished runs of a study: experiment, variant and seed as one name, and the history.

    Args:
        folder: of the study's results.
    """
    for file in sorted(folder.glob("runs/**/run.json")):
        record = read_json(file)
        name = "/".join(str(record[key]) for key in ("experiment", "variant", "seed"))
        yield name, tables.read(file.with_name("history.csv"))


def write(folder: Path) -> Path:
    """Write the events of all finished runs, by number of updates, in place of those before.

    Returns:
        The folder for TensorBoard's `--logdir`.

    Raises:
        StudyError: if no run has finished.
    """
    events, fresh = folder / "tensorboard", folder / ".tensorboard"
    shutil.rmtree(fresh, ignore_errors=True)
    for name, history in runs(folder):
        writer = Writer(str(fresh / name))
        for column, tag in TAGS.items():
            known = history[["step", column]].dropna() if column in history else history[:0]
            for row in known.to_dict("records"):
                writer.add_scalar(tag, row[column], step=int(row["step"]))
        writer.close()
    if not fresh.exists():
        raise StudyError(f"{folder} has no finished run; make the study first, or set NAME")
    shutil.rmtree(events, ignore_errors=True)
    fresh.rename(events)
    return events


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of a study's results, such as results/demo")
    with command():
        print(write(parser.parse_args().folder))
