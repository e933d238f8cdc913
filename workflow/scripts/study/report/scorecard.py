"""The claims as the scorecard's section shows them."""

from typing import Any

from study.words import plural

Row = dict[str, Any]


def content(claims: list[Row]) -> Row:
    """The published claims that this study can judge, and those that are folded away.

    Args:
        claims: rows of the scorecard.

    Returns:
        `claims`, and `others`: the id, title and claims of a table each.
    """
    checks = [claim for claim in claims if claim["check"]]
    published = [claim for claim in claims if not claim["check"]]
    judged = [claim for claim in published if claim["reproduced"] != "not comparable"]
    others = [claim for claim in published if claim["reproduced"] == "not comparable"]
    folded = [
        ("claims-checks", f"{plural(len(checks), 'check')} of what no tutorial states", checks),
        ("claims-other", f"{plural(len(others), 'claim')} that cannot be compared", others),
    ]
    return {"claims": judged, "others": [part for part in folded if part[2]]}
