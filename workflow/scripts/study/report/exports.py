"""The exported models: one row per variant and format, over its seeds."""

from collections.abc import Mapping
from typing import Any

import pandas as pd


def rows(exports: pd.DataFrame, names: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    """What each variant's exports in a format gave when they were loaded again.

    Args:
        exports: the table.
        names: of experiments and variants, for people.

    Returns:
        Of each `experiment` (its name), `title` (the variant's), `format`, `seeds`, `images` (of
        all seeds), `changed` (how many of them have another class), `largest_difference` and its
        `digit` and `power` of ten, `accuracy` (the mean), `megabytes` and `latency_ms`. Exports
        that were published before their probabilities were compared are left out.
    """
    found = []
    compared = exports[exports["largest_difference"].notna()]
    for who, own in compared.groupby(["experiment", "variant", "format"], sort=False):
        experiment, variant, kind = map(str, who)
        largest = float(own["largest_difference"].max())
        digit, power = f"{largest:.0e}".split("e")
        found.append(
            {
                "experiment": experiment,
                "title": names["variant", f"{experiment}/{variant}"],
                "format": kind,
                "seeds": len(own),
                "images": int(own["examples"].sum()),
                "changed": int(own["different"].sum()),
                "largest_difference": largest,
                "digit": digit,
                "power": f"{int(power)}".replace("-", "\N{MINUS SIGN}"),
                "accuracy": float(own["accuracy"].mean()),
                "megabytes": float(own["bytes"].mean()) / 1e6,
                "latency_ms": float(own["latency_ms"].median()),
            }
        )
    return found
