"""Whether values of ours agree with a claim."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import NormalDist, fmean, stdev
from typing import Any

from study.evaluation.intervals import prediction

Claim = dict[str, Any]
Values = list[float]


@dataclass(frozen=True)
class Verdict:
    """What became of a claim.

    Attributes:
        reproduced: whether our values agree with the published ones.
        remark: what the numbers alone do not say.
        low, high: the ends of the interval that each published value was looked for in, around
            ours; empty for rules without one.
    """

    reproduced: bool
    remark: str = ""
    low: Values = field(default_factory=list)
    high: Values = field(default_factory=list)


def rule_of(claim: Claim) -> str:
    """How the claim is judged: its `rule`, or `within`."""
    return str(claim.get("rule", "within"))


def published_of(claim: Claim) -> Values:
    """The published values; none for a claim about an order."""
    value = claim.get("published", [])
    return [float(item) for item in (value if isinstance(value, list) else [value])]


def means(seeds: Sequence[Values]) -> Values:
    """The mean of each value over seeds."""
    return [fmean(values) for values in zip(*seeds, strict=True)]


def deviations(seeds: Sequence[Values]) -> Values:
    """The standard deviation of each value over seeds; none of a single seed.

    It is NaN where a seed has no finite value.
    """
    if len(seeds) < 2:
        return []
    return [
        stdev(values) if all(map(math.isfinite, values)) else math.nan
        for values in zip(*seeds, strict=True)
    ]


def tolerances(claim: Claim) -> Values:
    """How far each of our values may be from the published one, if nothing tells of the seeds.

    `binomial`: both are fractions of `examples` independent examples, so their difference has
    variance 2 p (1 - p) / n; 95 % over all values of the claim together (Bonferroni).
    """
    published, tolerance = published_of(claim), claim["tolerance"]
    if tolerance != "binomial":
        return [float(tolerance)] * len(published)
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / len(published))
    return [z * (2 * p * (1 - p) / claim["examples"]) ** 0.5 for p in published]


def is_predicted(claim: Claim, seeds: int) -> bool:
    """Whether a claim is judged by how much our seeds differ; one seed does not tell."""
    return rule_of(claim) == "prediction" and seeds > 1


def rounding(claim: Claim) -> float:
    """By how much a published value may differ from what was measured: it is rounded."""
    return 0.5 * 10.0 ** -claim["decimals"] if "decimals" in claim else 0.0


def judge(claim: Claim, seeds: Sequence[Values]) -> Verdict:
    """Whether a claim is reproduced.

    Args:
        claim: as in the file of claims.
        seeds: our values, once per seed. A value that is not finite never reproduces anything.
    """
    rule, ours = rule_of(claim), means(seeds)
    if not all(map(math.isfinite, ours)):
        if len(seeds) > 1:
            without = sum(not all(map(math.isfinite, values)) for values in seeds)
            return Verdict(False, f"in {without} of {len(seeds)} seeds there is no such value")
        return Verdict(False, f"{'our' if len(ours) == 1 else 'a'} value is not finite")
    if rule in ("within", "prediction"):
        return _near(claim, seeds)
    published = published_of(claim)
    if rule not in _ORDERS and len(ours) != len(published):
        return _other_number(ours, published)
    agreeing = sum(_holds(rule, values, published) for values in seeds)
    remark = ""
    if 0 < agreeing < len(seeds):
        remark = f"{agreeing} of {len(seeds)} seeds {'agrees' if agreeing == 1 else 'agree'}"
    return Verdict(_holds(rule, ours, published), remark)


_ORDERS = ("decreasing", "increasing")


def _holds(rule: str, ours: Values, published: Values) -> bool:
    """Whether values obey a rule that is no closeness."""
    if rule == "decreasing":
        return len(ours) > 1 and all(a > b for a, b in itertools.pairwise(ours))
    if rule == "increasing":
        return len(ours) > 1 and all(a < b for a, b in itertools.pairwise(ours))
    if rule == "at_least":
        return ours[0] >= published[0]
    if rule == "at_most":
        return ours[0] <= published[0]
    return ours[0] < published[0]


def _near(claim: Claim, seeds: Sequence[Values]) -> Verdict:
    """Whether each published value is in the interval around ours."""
    ours, published = means(seeds), published_of(claim)
    if len(ours) != len(published):
        return _other_number(ours, published)
    slack = 1e-12
    if is_predicted(claim, len(seeds)):
        slack += rounding(claim)
        ends = [prediction(values, len(ours)) for values in zip(*seeds, strict=True)]
        low, high = ([end[side] for end in ends] for side in (0, 1))
    else:
        allowed = tolerances(claim)
        low = [a - b for a, b in zip(ours, allowed, strict=True)]
        high = [a + b for a, b in zip(ours, allowed, strict=True)]
    outside = [
        str(place)
        for place, (value, least, most) in enumerate(zip(published, low, high, strict=True))
        if not least - slack <= value <= most + slack
    ]
    remark = ""
    if len(ours) > 1:
        largest = max(abs(a - b) for a, b in zip(ours, published, strict=True))
        remark = f"largest difference {largest:.2g}" if largest else ""
        remark += f"; too large at position {', '.join(outside)} (from 0)" if outside else ""
    return Verdict(not outside, remark, low, high)


def _other_number(ours: Values, published: Values) -> Verdict:
    return Verdict(False, f"{len(ours)} values, published are {len(published)}")
