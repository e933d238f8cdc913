"""The scorecard: each claim with our values beside it, judged."""

import importlib
from collections.abc import Iterable

import pandas as pd

from study import tables
from study.claims import registry
from study.claims.judging import (
    Claim,
    Values,
    deviations,
    is_predicted,
    judge,
    means,
    published_of,
    rounding,
    rule_of,
    tolerances,
)
from study.claims.results import ClaimResults, IncomparableError


def scorecard(results: ClaimResults, claims: Iterable[Claim]) -> pd.DataFrame:
    """The table `scorecard`, one row per claim.

    `again` is `yes` for a claim that another row judges, by another rule or a shorter run.
    `reproduced` is `yes`, `no`, `missing` where a run of this study has no result, or `not
    comparable` where this study has no such run, made it on other data than the claim is about, or
    ended it before the epochs that the claim is about.
    """
    rows = [_described(claim) | _judged(results, claim) for claim in claims]
    return tables.arrange(pd.DataFrame(rows), "scorecard")


def measured(results: ClaimResults, claim: Claim) -> Values:
    """Our values for a claim, by its measure.

    Raises:
        IncomparableError: if the results have no such values.
    """
    name = claim["measure"]
    module = importlib.import_module(f"study.claims.measures.{registry.measures()[name].stem}")
    given = {key: claim[key] for key in registry.keys(name) if key in claim}
    values: Values = getattr(module, name)(results, **given)
    if not values:
        raise IncomparableError(f"the results have no {name}")
    return values


def _described(claim: Claim) -> dict[str, str]:
    """The cells of a row that need no results."""
    return {
        "tutorial": claim["tutorial"],
        "claim": claim["claim"],
        "experiment": claim.get("experiment", claim.get("demonstration", "")),
        "variant": claim.get("variant", ", ".join(claim.get("variants", []))),
        "measure": claim["measure"],
        "column": claim.get("column", ""),
        "epochs": words(claim.get("epochs") or []),
        "rule": rule_of(claim),
        "published": words(published_of(claim)),
        "again": "yes" if claim.get("again") else "",
        "check": "yes" if claim.get("check") else "",
        "post_hoc": "yes" if claim.get("post_hoc") else "",
        "untrained": "yes" if registry.is_untrained(claim["measure"]) else "",
    }


def _judged(results: ClaimResults, claim: Claim) -> dict[str, str]:
    """The cells of a row that the results decide."""
    obstacle, remark = _obstacle(results, claim)
    if obstacle:
        return _limits(claim, 0) | {"reproduced": obstacle, "remark": remark, "ours": ""}
    try:
        seeds = [measured(own, claim) for own in _seeds(results, claim)]
        if len(set(map(len, seeds))) > 1:
            raise IncomparableError("not all seeds have the same number of values")
        verdict = judge(claim, seeds)
        remarks = [
            verdict.remark,
            _by_tolerance(claim, seeds, verdict.reproduced),
            _reached(results, claim, verdict.reproduced),
        ]
    except IncomparableError as error:
        return _limits(claim, 0) | {
            "reproduced": "not comparable",
            "remark": str(error),
            "ours": "",
        }
    return _limits(
        claim, len(seeds), [b - a for a, b in zip(verdict.low, verdict.high, strict=True)]
    ) | {
        "reproduced": "yes" if verdict.reproduced else "no",
        "remark": "; ".join(filter(None, remarks)),
        "ours": words(means(seeds)),
        "seeds": str(len(seeds)),
        "deviation": words(deviations(seeds)),
        "interval_low": words(verdict.low),
        "interval_high": words(verdict.high),
    }


def _seeds(results: ClaimResults, claim: Claim) -> list[ClaimResults]:
    """The results of each seed that all variants of a claim have finished."""
    if "experiment" not in claim:
        return [results]
    experiment = claim["experiment"]
    own = [set(results.finished(experiment, variant)["seed"]) for variant in variants_of(claim)]
    if "activations" in registry.needs(claim["measure"]):
        recorded = [results.recorded(experiment, variant) for variant in variants_of(claim)]
        own += [{each.seed for each in of_variant} for of_variant in recorded if of_variant]
    common = sorted(set.intersection(*own))
    if not common:
        raise IncomparableError("no seed has finished for all of its variants")
    return [results.of_seed(seed) for seed in common]


def _limits(claim: Claim, seeds: int, widths: Values | None = None) -> dict[str, str]:
    """How far the published values may be from ours, and where that comes from.

    Args:
        claim: as in the file of claims.
        seeds: how many the claim is judged by; 0 if it is not judged.
        widths: of the intervals around our values, if they come from the seeds.
    """
    basis = str(claim.get("basis", ""))
    if rule_of(claim) not in ("within", "prediction"):
        return {"tolerance": "", "basis": basis}
    if is_predicted(claim, seeds):
        allowed = [width / 2 for width in widths or []]
        basis = f"95 % prediction interval for one more run, n = {seeds}{_together(claim)}"
        if rounding(claim):
            basis += f"; published to {claim['decimals']} decimals"
    else:
        allowed = tolerances(claim)
        if claim["tolerance"] == "binomial":
            said = f"binomial, 95 %{_together(claim)}, {claim['examples']} images"
            basis = ", ".join(filter(None, [said, basis]))
        elif claim["tolerance"] == 0:
            basis = "exact"
        if rule_of(claim) == "prediction" and seeds == 1:
            basis = f"one seed: {basis}"
    return {"tolerance": _ends(allowed), "basis": basis}


def _by_tolerance(claim: Claim, seeds: list[Values], reproduced: bool) -> str:
    """Whether the tolerance for a single seed would give another verdict than the interval does."""
    if not is_predicted(claim, len(seeds)):
        return ""
    ours, published, allowed = means(seeds), published_of(claim), tolerances(claim)
    within = len(ours) == len(published) and all(
        abs(a - b) <= most + rounding(claim)
        for a, b, most in zip(ours, published, allowed, strict=True)
    )
    if within == reproduced:
        return ""
    ends = " to ".join(dict.fromkeys(f"{end:.2g}" for end in (min(allowed), max(allowed))))
    return f"{'' if within else 'not '}reproduced by the tolerance for one seed, ± {ends}"


def _ends(values: Values) -> str:
    """The smallest and the largest value."""
    ends = dict.fromkeys([min(values), max(values)]) if values else {}
    return " to ".join(words([end]) for end in ends)


def _together(claim: Claim) -> str:
    values = len(published_of(claim))
    return f", all {values} values together" if values > 1 else ""


def _obstacle(results: ClaimResults, claim: Claim) -> tuple[str, str]:
    """What to write for a claim that cannot be judged, and why; both are empty if it can."""
    if "demonstration" in claim:
        known = claim["demonstration"] in set(results.demonstrations["demonstration"])
        return ("", "") if known else ("not comparable", "not part of this study")
    if "experiment" not in claim:
        name = claim.get("dataset")
        if name is None or name in set(results.datasets["name"]):
            return "", ""
        if name in set(results.runs["dataset_name"]):
            return "missing", f"no result on {name}"
        return "not comparable", f"not part of this study: {name}"
    experiment = claim["experiment"]
    for variant in variants_of(claim):
        planned = results.of(results.runs, experiment, variant)
        if planned.empty:
            return "not comparable", f"not part of this study: {experiment}/{variant}"
        data = planned["dataset_name"].iloc[0]
        if data and claim.get("dataset", data) != data:
            remark = f"the claim is about {claim['dataset']}, this study has {data}"
            return "not comparable", remark
        if results.finished(experiment, variant).empty:
            return "missing", f"no result of {experiment}/{variant}"
    return "", ""


def variants_of(claim: Claim) -> list[str]:
    """The variants that a claim about an experiment is about."""
    return list(claim.get("variants") or [claim.get("variant", "default")])


def _reached(results: ClaimResults, claim: Claim, reproduced: bool) -> str:
    """In which epoch the curve named by `reach` first is at the published level.

    A claim that is reproduced within a tolerance may be so below that level; then nothing is said.
    """
    if "reach" not in claim:
        return ""
    try:
        curve = results.curve(claim["experiment"], variants_of(claim)[0], claim["reach"])
    except IncomparableError as error:
        return str(error)
    (level,) = published_of(claim)
    rule = rule_of(claim)
    if rule == "at_most":
        there = curve <= level
    elif rule == "below":
        there = curve < level
    else:
        there = curve >= level
    if not there.any():
        return "" if reproduced else f"not reached in {len(curve)} epochs"
    return f"first reached in epoch {there.idxmax()} of {len(curve)}"


def words(values: Values) -> str:
    """Numbers as short text; one alone has a digit more, lest it be rounded to a limit."""
    digits = 5 if len(values) == 1 else 4
    return " ".join(
        f"{v:.0f}" if abs(v) >= 2 and v == v // 1 else f"{v:.{digits}g}" for v in values
    )
