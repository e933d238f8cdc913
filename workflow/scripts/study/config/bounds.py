"""Numbers and names that are valid by themselves, but that no job could use."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from study.config.messages import shown

LARGEST = 2**31 - 1
"""Numbers of units, steps, pixels and so on are 32-bit integers in TensorFlow."""

LARGEST_SEED = 2**32 - 1

LARGEST_FLOAT = 3.4e38
SMALLEST_FLOAT = 1.2e-38
"""The range of a normal float32."""

LONGEST_NAME = 200
"""A file's name may have 255 bytes; a suffix and a temporary file's mark come on top."""


def problems(value: Any, at: str = "") -> Iterator[str]:
    """Numbers in a config that are too large or too small for any job, with their paths."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from problems(item, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from problems(item, f"{at}.{place}")
    elif isinstance(value, int):
        most = LARGEST_SEED if "seed" in at.split(".")[-1] or ".seeds." in at else LARGEST
        if abs(value) > most:
            yield f"{at}: is {shown(value)}, but must be at most {most:,}"
    elif isinstance(value, float) and value and abs(value) < float("inf"):
        if abs(value) > LARGEST_FLOAT:
            yield f"{at}: is {value:g}, but must be at most {LARGEST_FLOAT:g} (32-bit numbers)"
        elif abs(value) < SMALLEST_FLOAT:
            yield f"{at}: is {value:g}, which is 0 in 32-bit numbers; write 0, or a larger number"


def of_names(names: Iterable[str], at: str) -> Iterator[str]:
    """Names that cannot be those of files, or not on every file system.

    Args:
        names: that become parts of paths, side by side.
        at: where they stand in the config.
    """
    seen: dict[str, str] = {}
    for name in names:
        length = len(os.fsencode(name))
        if length > LONGEST_NAME:
            yield (
                f"{at}: the name {name[:40]}... has {length} bytes; it becomes part of a path, "
                f"which takes at most {LONGEST_NAME}"
            )
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield (
                f"{at}: {other!r} and {name!r} differ only in capitals, and are one file on some "
                "systems; rename one"
            )
