"""The table of a study's runs for the terminal: `make results`."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from study import tables
from study.errors import StudyError
from study.jobs import command
from study.report.formats import number, setting
from study.words import nearest, plural, seconds

SHOWN = ("experiment", "variant", "seed", "accuracy", "loss", "parameter_count", "train_seconds")
"""The columns that are listed, and any that is asked for beside them."""


def listing(runs: pd.DataFrame, where: str = "", sort: str = "", also: Sequence[str] = ()) -> str:
    """The runs as lines of text.

    Args:
        runs: the table `runs`.
        where: which of them, as a condition of pandas' `query` such as `accuracy > 0.99`;
            "" for all.
        sort: the column to sort by, largest values first; with a `-` before it smallest first;
            "" for the study's order.
        also: more columns to show.

    Raises:
        StudyError: if there is no such column, or the condition is none.
    """
    column = sort.removeprefix("-")
    for name in filter(None, (column, *also)):
        if name not in runs:
            raise StudyError(f"runs have no column {name!r}{nearest(name, map(str, runs.columns))}")
    found = runs
    if where:
        try:
            found = runs.query(where)
        except Exception as error:  # whatever a condition of the user's can raise
            raise StudyError(f"cannot choose runs by {where!r}: {error}") from error
    if column:
        found = found.iloc[_sorted(found[column], descending=sort == column)]
    if not len(found):
        return "No run matches."
    shown = [name for name in SHOWN if name in runs]
    shown += [name for name in dict.fromkeys((column, *also)) if name and name not in shown]
    text = {}
    for name in shown:
        cells = [name, *map(_format_of(name, found[name]), found[name])]
        width = max(map(len, cells))
        is_number = pd.api.types.is_numeric_dtype(runs[name])
        text[name] = [cell.rjust(width) if is_number else cell.ljust(width) for cell in cells]
    lines = ["  ".join(cells).rstrip() for cells in zip(*text.values(), strict=True)]
    chosen = "" if len(found) == len(runs) else f"{len(found):,} of "
    return "\n".join([*lines, "", f"{chosen}{plural(len(runs), 'run')}"])


def _sorted(values: pd.Series, descending: bool) -> list[int]:
    """The places of a column's values in order: equal ones as they are, empty ones last."""
    keys = [tables.order_of(value) for value in values]
    filled = [place for place, key in enumerate(keys) if key != tables.order_of(None)]
    empty = [place for place, key in enumerate(keys) if key == tables.order_of(None)]
    return sorted(filled, key=keys.__getitem__, reverse=descending) + empty


def _format_of(name: str, values: pd.Series) -> Callable[[Any], str]:
    """How a column's values are written."""
    if name == "train_seconds":
        return seconds
    if name == "parameter_count":
        return number
    return (lambda value: number(value, ".4f")) if values.dtype.kind == "f" else setting


def main(arguments: Sequence[str] | None = None) -> None:
    """List the runs of a study that has a report."""
    parser = argparse.ArgumentParser(prog="make results", description=__doc__)
    parser.add_argument("table", type=Path, help="a study's tables/runs.csv")
    parser.add_argument("--where", default="", help="a condition such as 'accuracy > 0.99'")
    parser.add_argument("--sort", default="", help="a column; -COLUMN for smallest first")
    parser.add_argument("--also", default=[], nargs="*", help="more columns")
    asked = parser.parse_args(arguments)
    with command():
        if not asked.table.exists():
            raise StudyError(f"{asked.table} is not there: run the study first")
        print(listing(tables.read(asked.table), asked.where, asked.sort, asked.also))


if __name__ == "__main__":
    main()
