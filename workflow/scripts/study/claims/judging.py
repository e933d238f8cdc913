"""Whether values of ours agree with a claim. Plain Python."""

import itertools
import math
from statistics import NormalDist
from typing import Any

Claim = dict[str, Any]
Values = list[float]


def rule_of(claim: Claim) -> str:
    """How the claim is judged: its `rule`, or `within`."""
    return str(claim.get("rule", "within"))


def published_of(claim: Claim) -> Values:
    """The published values; none for a claim about an order."""
    value = claim.get("published", [])
    return [float(item) for item in (value if isinstance(value, list) else [value])]


def tolerances(claim: Claim) -> Values:
    """How far each of our values may be from the published one.

    `binomial`: both are fractions of `examples` independent examples, so their difference has
    variance 2 p (1 - p) / n; 95 % over all values of the claim together (Bonferroni).
    """
    published, tolerance = published_of(claim), claim["tolerance"]
    if tolerance != "binomial":
        return [float(tolerance)] * len(published)
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / len(published))
    return [z * (2 * p * (1 - p) / claim["examples"]) ** 0.5 for p in published]


def judge(claim: Claim, ours: Values) -> tuple[bool, str]:
    """Whether a claim is reproduced, and a remark where the numbers alone do not say it.

    Values that are not finite never reproduce anything.
    """
    rule = rule_of(claim)
    if not all(map(math.isfinite, ours)):
        return False, "our value is not finite" if len(ours) == 1 else "a value is not finite"
    if rule == "decreasing":
        return len(ours) > 1 and all(a > b for a, b in itertools.pairwise(ours)), ""
    published = published_of(claim)
    if len(ours) != len(published):
        return False, f"{len(ours)} values, published are {len(published)}"
    if rule == "at_least":
        return ours[0] >= published[0], ""
    if rule == "at_most":
        return ours[0] <= published[0], ""
    if rule == "below":
        return ours[0] < published[0], ""
    return _within(claim, ours, published)


def _within(claim: Claim, ours: Values, published: Values) -> tuple[bool, str]:
    distances = [abs(a - b) for a, b in zip(ours, published, strict=True)]
    outside = [
        place
        for place, (distance, allowed) in enumerate(zip(distances, tolerances(claim), strict=True))
        if not distance <= allowed + 1e-12
    ]
    if len(ours) == 1:
        return not outside, ""
    largest = max(distances, default=0)
    remark = f"largest difference {largest:.2g}" if largest else ""
    places = ", ".join(map(str, outside))
    return not outside, remark + (f"; too large at position {places} (from 0)" if outside else "")
