"""The tables of a study: how they are read and written, and what each column means.

Every number in figures and report comes from these CSV files. Each table is tidy: its first
columns say what a row is about. :mod:`study.columns` describes them all.
"""

import io
import math
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from study.columns import COLUMNS, INTERVAL, METRICS, SPREAD, TEXT, WHOLE
from study.errors import StudyError
from study.evaluation import metrics
from study.files import naming, write_text

T = TypeVar("T")


def read(file: str | Path) -> pd.DataFrame:
    """Read a table.

    Columns of :data:`TEXT` are text, and an empty field of theirs is "". Other columns are
    numbers (NaN where empty) or booleans if all their values are; otherwise text. Floats are the
    ones that were written, bit for bit.

    Raises:
        StudyError: if the file is not a table, for example because it is empty or truncated.
    """
    with naming(file):
        text = Path(file).read_bytes()
    if not text.endswith(b"\n"):
        raise StudyError(
            f"{file} is empty or ends in the middle of a line; delete it and run again"
        )
    try:
        table = pd.read_csv(
            io.BytesIO(text),
            dtype=dict.fromkeys(TEXT, str),
            keep_default_na=False,
            na_values=[""],
            float_precision="round_trip",
            encoding="utf-8",
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise StudyError(f"{file} is not a table ({error}); delete it and run again") from error
    for column in table.columns:
        values = table[column]
        if column in TEXT or (not len(table) and "." in column):
            table[column] = values.astype(str).where(values.notna(), "")
        elif not len(table):
            table[column] = values.astype(int if column in WHOLE else float)
        elif not pd.api.types.is_numeric_dtype(values):
            table[column] = values.astype(object).where(values.notna(), "")
    return table


def to_csv(table: pd.DataFrame) -> str:
    """A table as the text of a CSV file.

    Missing values become empty fields. A column of whole numbers of which some are missing is
    written without decimal points, although pandas holds it as floats.
    """
    table = table.copy(deep=False)
    for column in table.columns:
        values = table[column]
        if pd.api.types.is_float_dtype(values) and values.isna().any():
            known = values.dropna().to_numpy(float)
            if len(known) and np.array_equal(known, np.rint(known)) and abs(known).max() < 2**53:
                table[column] = values.astype("Int64")
    return table.to_csv(index=False, lineterminator="\n")


def write(table: pd.DataFrame, file: str | Path) -> None:
    """Write a table as CSV, atomically."""
    write_text(file, to_csv(table))


def columns(name: str) -> dict[str, str]:
    """What each column of a table means, in the table's order, metrics included.

    A key may be a pattern such as `parameters.*`, which stands for any number of columns.

    Args:
        name: a key of :data:`COLUMNS`.
    """
    described: dict[str, str] = {}
    for column, meaning in COLUMNS[name].items():
        if column != METRICS:
            described[column] = meaning
            continue
        for metric, (title, _, _) in metrics.all().items():
            described[metric] = f"{title}{meaning}"
            if metric == "accuracy":
                described |= SPREAD if name in ("variants", "sweep_variants") else {}
                described |= INTERVAL if name != "sweep_variants" else {}
    return described


def arrange(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with the columns that :func:`columns` describes, in that order.

    Described columns that it lacks are added, empty; columns that are not described are dropped.
    """
    arranged: list[str] = []
    for known in columns(name):
        matching = [c for c in table.columns if fnmatchcase(c, known)] if "*" in known else [known]
        arranged += [c for c in matching if c not in arranged]
    absent = {c: "" if c in TEXT else np.nan for c in arranged if c not in table.columns}
    return table.assign(**absent)[arranged]


def axes(sweep_variants: pd.DataFrame) -> list[str]:
    """What a sweep varies: the columns between `variant` and `seeds` of its table of variants."""
    columns = [str(column) for column in sweep_variants.columns]
    return columns[columns.index("variant") + 1 : columns.index("seeds")]


def order_of(value: object) -> tuple[int, float, str]:
    """Sorts what a column may hold: numbers by size, then texts, then what is empty."""
    text = "" if value is None else str(value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return (1, 0.0, text) if text else (2, 0.0, "")
    return (2, 0.0, "") if math.isnan(number) else (0, number, "")


def in_order(values: Iterable[T]) -> list[T]:
    """Distinct values of an axis: numbers by size, then texts as they come, then what is empty."""
    return sorted(dict.fromkeys(values), key=lambda value: order_of(value)[:2])
