"""Settings as cells of a table: nested settings become columns with dotted names."""

from collections.abc import Mapping, Sequence
from typing import Any

Cell = str | int | float | bool
"""What a cell of a table may hold; "" is an empty cell."""


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Cell]:
    """Nested settings as one cell per value, by dotted name.

    `{"training": {"optimizer": {"name": "adam"}}}` becomes `{"training.optimizer.name": "adam"}`.

    Args:
        settings: values are numbers, text, booleans, None (an empty cell), lists (one cell, its
            items joined by " × ") or mappings.
        prefix: put before each name.
    """
    cells: dict[str, Cell] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            cells |= flat(value, f"{prefix}{key}.")
        else:
            cells[f"{prefix}{key}"] = cell(value)
    return cells


def cell(value: Any) -> Cell:
    """A value as one cell: None is empty, the items of a list are joined by " × "."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return " ".join(f"{key}={item}" for key, item in flat(value).items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " × ".join(str(cell(item)) for item in value)
    if isinstance(value, str | bool | int | float):
        return value
    return str(value)
