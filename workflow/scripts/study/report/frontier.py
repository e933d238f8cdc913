"""The frontier: what was reached beside what others have, in one table per kind and dataset."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from study.report import results

KINDS = {
    "best": "How good",
    "smallest": "How small",
    "fastest": "How fast",
}
"""The kinds of tables, in order, with what their headings begin with."""

WARM_AND_COLD = (
    "Warm is the training alone, when all its steps were compiled by an earlier run of the same "
    "process. Cold is everything from the start of the process to the last prediction: importing "
    "TensorFlow, reading the data, compiling, training."
)
"""The two times in the table of the fastest, explained below it."""


def content(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What the section's template needs.

    Args:
        tables: by name; `variants` has the values, `known` those of others.
    """
    found = []
    experiments = tables["experiments"]
    for kind, heading in KINDS.items():
        for row in results.rows_of(experiments[experiments["frontier"] == kind]):
            own = tables["variants"]
            own = own[own["experiment"] == row["experiment"]]
            known = tables["known"]
            found.append(
                {
                    **row,
                    "kind": kind,
                    "heading": f"{heading}: {row['title']}",
                    "rows": [
                        {**each, "title": results.network(each)} for each in results.rows_of(own)
                    ],
                    "known": results.rows_of(known[known["experiment"] == row["experiment"]]),
                }
            )
    return {"tables": found, "warm_and_cold": WARM_AND_COLD}
