"""The scorecard: each claim with our values beside it, judged."""

import importlib
from collections.abc import Iterable

import pandas as pd

from study import tables
from study.claims import registry
from study.claims.judging import Claim, Values, judge, published_of, rule_of, tolerances
from study.claims.results import ClaimResults, IncomparableError


def scorecard(results: ClaimResults, claims: Iterable[Claim]) -> pd.DataFrame:
    """The table `scorecard`, one row per claim.

    `again` is `yes` for a claim that another row holds against a run of the published length.
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
    rule = rule_of(claim)
    return {
        "tutorial": claim["tutorial"],
        "claim": claim["claim"],
        "experiment": claim.get("experiment", claim.get("demonstration", "")),
        "variant": claim.get("variant", ", ".join(claim.get("variants", []))),
        "measure": claim["measure"],
        "rule": rule,
        "published": words(published_of(claim)),
        "tolerance": _allowed(claim) if rule == "within" else "",
        "basis": _basis(claim) if rule == "within" else claim.get("basis", ""),
        "again": "yes" if claim.get("again") else "",
    }


def _allowed(claim: Claim) -> str:
    allowed = sorted(set(tolerances(claim)))
    ends = dict.fromkeys([allowed[0], allowed[-1]])
    return " to ".join(words([end]) for end in ends)


def _basis(claim: Claim) -> str:
    basis = str(claim.get("basis", ""))
    if claim["tolerance"] == "binomial":
        values = len(published_of(claim))
        together = f", all {values} values together" if values > 1 else ""
        said = f"binomial, 95 %{together}, {claim['examples']} images"
        return ", ".join(filter(None, [said, basis]))
    return "exact" if claim["tolerance"] == 0 else basis


def _judged(results: ClaimResults, claim: Claim) -> dict[str, str]:
    """The cells of a row that the results decide."""
    obstacle, remark = _obstacle(results, claim)
    if obstacle:
        return {"reproduced": obstacle, "remark": remark, "ours": ""}
    try:
        ours = measured(results, claim)
        reproduced, remark = judge(claim, ours)
        remarks = [remark, _reached(results, claim)]
    except IncomparableError as error:
        return {"reproduced": "not comparable", "remark": str(error), "ours": ""}
    return {
        "reproduced": "yes" if reproduced else "no",
        "remark": "; ".join(filter(None, remarks)),
        "ours": words(ours),
    }


def _obstacle(results: ClaimResults, claim: Claim) -> tuple[str, str]:
    """What to write for a claim that cannot be judged, and why; both are empty if it can."""
    if "demonstration" in claim:
        known = claim["demonstration"] in set(results.demonstrations["demonstration"])
        return ("", "") if known else ("not comparable", "not part of this study")
    if "experiment" not in claim:
        return "", ""
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


def _reached(results: ClaimResults, claim: Claim) -> str:
    """In which epoch the curve named by `reach` first is at the published level."""
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
        return f"not reached in {len(curve)} epochs"
    return f"first reached in epoch {there.idxmax()} of {len(curve)}"


def words(values: Values) -> str:
    """Numbers as short text; one alone has a digit more, lest it be rounded to a limit."""
    digits = 5 if len(values) == 1 else 4
    return " ".join(
        f"{v:.0f}" if abs(v) >= 2 and v == v // 1 else f"{v:.{digits}g}" for v in values
    )
