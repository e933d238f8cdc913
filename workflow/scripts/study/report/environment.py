"""What the runs were trained with, where they differ in it, and what they cost."""

import base64
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from study.report.formats import moment
from study.report.results import own_seconds, rows_of
from study.tables import to_csv
from study.words import listed, plural

VERSIONS = {
    "version_python": "Python",
    "version_tensorflow": "TensorFlow",
    "version_keras": "Keras",
    "version_numpy": "NumPy",
}
COMPARED = {
    **{column: f"version of {name}" for column, name in VERSIONS.items()},
    "processor": "processor",
    "device_name": "device",
    "device_kind": "kind of device",
    "system": "operating system",
}
"""Columns of the table of runs in which all runs should agree, in words."""

LARGEST = 600_000
"""Bytes of a table that can be saved from the page."""

NAMED = 4
"""A sentence names no more runs than this."""


def run_ids(runs: pd.DataFrame) -> "pd.Series[str]":
    """Each run as `experiment/variant/seed-0`."""
    return runs["experiment"] + "/" + runs["variant"] + "/seed-" + runs["seed"].astype(str)


def differences(runs: pd.DataFrame) -> list[str]:
    """A sentence for each version, processor or device in which finished runs differ.

    The runs with another value than most are named.
    """
    sentences = []
    for column, words in COMPARED.items():
        counts = runs[column].value_counts(sort=True)
        if len(counts) < 2:
            continue
        most, *others = map(str, counts.index)
        parts = [f"{most} in {plural(int(counts[most]), 'run')}"]
        for value in others:
            ids = list(run_ids(runs[runs[column] == value]))
            named = ids[:NAMED] + ([f"{len(ids) - NAMED:,} more"] if len(ids) > NAMED else [])
            parts.append(f"{value} in {plural(len(ids), 'run')} ({listed(named)})")
        sentences.append(f"The runs differ in {words}: {listed(parts)}.")
    return sentences


def downloads(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, int]]:
    """The tables that have rows as CSV files inside the page: name, data address, rows.

    A table of more than :data:`LARGEST` bytes would make the page slow to open: it is left out.
    """
    found = []
    for name, table in tables.items():
        text = to_csv(table).encode("utf-8")
        if len(table) and len(text) <= LARGEST:
            address = f"data:text/csv;base64,{base64.b64encode(text).decode('ascii')}"
            found.append((f"{name}.csv", address, len(table)))
    return found


@dataclass(frozen=True)
class Made:
    """Where a page comes from.

    Attributes:
        study: its name.
        commit: of the workflow's repository, see :func:`commit`.
    """

    study: str
    commit: str = ""


def commit(folder: Path) -> str:
    """The commit that a folder is at, and whether files differ from it; "" outside of git."""

    def git(*arguments: str) -> str:
        asked = ["git", "-C", str(folder), *arguments]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "HEAD") + (", with changes that are not committed" * bool(changed))
    except (OSError, subprocess.CalledProcessError):
        return ""


CREDITS = {
    "mnist": "The images of MNIST are from Yann LeCun, Corinna Cortes and Christopher Burges.",
    "fashion_mnist": "The images of Fashion-MNIST are copyright Zalando SE, under the MIT licence.",
    "digits": "The digits are from E. Alpaydin and C. Kaynak, as scikit-learn distributes them.",
}
"""Whose images are shown, by the public name of the dataset."""


def environment(
    runs: pd.DataFrame, tables: Mapping[str, pd.DataFrame], made: Made
) -> dict[str, Any]:
    """What the page says of machines and versions, and where the numbers are.

    Args:
        runs: finished runs, rows of the table of runs.
        tables: all of the page, by name.
        made: where the page comes from.
    """
    machines = runs[["processor", "cores", "memory_gb", "system"]].drop_duplicates()
    return {
        "machines": rows_of(machines),
        "devices": sorted(set(runs["device_name"])),
        "threads": sorted(set(runs["threads"].dropna().astype(int))),
        "versions": {name: sorted(set(runs[column])) for column, name in VERSIONS.items()},
        "finished": sorted({moment(runs["finished"].min()), moment(runs["finished"].max())}),
        "differences": differences(runs),
        "credits": [
            text for name, text in CREDITS.items() if name in set(tables["datasets"]["name"])
        ],
        "downloads": downloads(tables),
        "made": made,
    }


def cost(runs: pd.DataFrame) -> dict[str, Any]:
    """The rows of the table of costs and their totals.

    A run that goes on where a shorter one of the same table ended has inherited a part of its
    training: that part counts once in the total.

    Args:
        runs: rows of the table of runs, finished or not.
    """
    table = runs.assign(
        id=run_ids(runs),
        inherited=runs["inherited_seconds"].fillna(0),
        startup=runs["start_seconds"] + runs["build_seconds"],
    )
    done = table[table["status"] == "finished"]
    return {
        "rows": rows_of(done),
        "missing": list(table.loc[table["status"] != "finished", "id"]),
        "train_seconds": own_seconds(done),
        "startup": float(done["startup"].sum()),
        "inherits": bool((done["inherited"] > 0).any()),
    }
