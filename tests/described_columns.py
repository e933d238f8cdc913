"""Whether tables have the columns that are described."""

from fnmatch import fnmatchcase

import pandas as pd

from study import tables


def undocumented(name: str, table: pd.DataFrame) -> list[str]:
    """Where a table's columns differ from its description: one line per difference."""
    described = tables.columns(name)
    unknown = [c for c in table.columns if not any(fnmatchcase(c, known) for known in described)]
    absent = [c for c in described if "*" not in c and c not in table.columns]
    return [f"{name}.csv has {c}, which is not described" for c in unknown] + [
        f"{name}.csv lacks {c}" for c in absent
    ]
