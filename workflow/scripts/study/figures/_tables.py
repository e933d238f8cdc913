"""What figures ask of the tables: variants in order, with titles and colours."""

from typing import Any

import pandas as pd

from study.words import listed, spaced

Rows = dict[str, dict[str, Any]]
"""By variant, its row of a table, with `title` and `heading` (of the experiment) for people."""

MOST_VARIANTS = 24
"""A figure with a block or panel per variant has at most so many."""


def finished(table: pd.DataFrame) -> dict[str, Rows]:
    """By experiment, the variants with at least one finished run, in the order of their places.

    Args:
        table: `runs`, of which each variant's first finished run is given, or `variants`.
    """
    there = table["status"] == "finished" if "status" in table else table["seeds"] > 0
    found: dict[str, Rows] = {}
    for row in records(table[there].sort_values("place", kind="stable")):
        variant = str(row["variant"])
        title = row["variant_title"] or spaced(variant)
        heading = row["experiment_title"] or spaced(row["experiment"])
        own = found.setdefault(row["experiment"], {})
        own.setdefault(variant, {**row, "title": title, "heading": heading})
    return {name: found[name] for name in table["experiment"].unique() if name in found}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each by the columns' names."""
    return [
        dict(zip(table.columns, row, strict=True))
        for row in table.itertuples(index=False, name=None)
    ]


def heading(rows: Rows) -> str:
    """The title of the experiment of some variants."""
    return str(next(iter(rows.values()))["heading"])


def titles(rows: Rows) -> str:
    """The variants' titles as an enumeration."""
    return listed([row["title"] for row in rows.values()])


def first_variants(rows: Rows) -> tuple[Rows, str]:
    """The variants that there is room for, and a note if they are not all."""
    if len(rows) <= MOST_VARIANTS:
        return rows, ""
    first = dict(list(rows.items())[:MOST_VARIANTS])
    return first, f"The first {MOST_VARIANTS} of {len(rows)} variants."


def sentences(*parts: str) -> str:
    """Sentences as one text; empty ones are left out."""
    return " ".join(filter(None, parts))


def of_variants(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """The rows of a table by (experiment, variant)."""
    groups = table.groupby(["experiment", "variant"], sort=False)
    return {(str(e), str(v)): rows for (e, v), rows in groups}
