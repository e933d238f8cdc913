"""What is wrong with claims, found before any job starts."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from study.claims import registry, values
from study.claims.kinds import COMMON
from study.claims.runs import Settings, StudyView, column_problem, epochs_problem, step_problem

__all__ = ["StudyView", "problems"]

Claim = Mapping[str, Any]


def problems(claims: Any, study: StudyView, *, file: str = "claims.yaml") -> list[str]:
    """Everything that is wrong with the claims of a study, one line each.

    Args:
        claims: what the file of claims holds: a list of mappings.
        study: the study's experiments, variants and demonstrations.
        file: the name of the file of claims, for the messages.

    Returns:
        Messages that start with the claim's place, such as "claims.yaml, claim 3 ('...'): ...".
    """
    if not isinstance(claims, Sequence) or isinstance(claims, str):
        return [f"{file}: expected a list of claims"]
    found = []
    for number, claim in enumerate(claims, start=1):
        place = f"{file}, claim {number}"
        if not isinstance(claim, Mapping):
            found.append(f"{place}: expected keys and values, not {claim!r}")
            continue
        place += f" ('{claim['claim']}')" if "claim" in claim else ""
        found += [f"{place}: {problem}" for problem in _of_claim(claim, study)]
    return found


def _of_claim(claim: Claim, study: StudyView) -> Iterator[str]:
    measure = claim.get("measure")
    known = registry.measures()
    if "measure" in claim and measure not in known:
        yield f"unknown measure {measure!r}{_nearest(measure, known)}"
    own = registry.keys(measure) if isinstance(measure, str) and measure in known else {}
    keys = COMMON | own
    yield from _keys(claim, keys, complete=bool(own))
    wrong = {
        name: problem
        for name, value in claim.items()
        if name in keys and (problem := values.problem(keys[name][0], value))
    }
    yield from (f"`{name}` {problem}" for name, problem in wrong.items())
    if not wrong:
        yield from _judgement(claim)
        if own:
            yield from _of_study(claim, study)


def _keys(claim: Claim, keys: Mapping[str, tuple[str, bool]], *, complete: bool) -> Iterator[str]:
    """Unknown and missing keys; unknown ones only if the measure, and so its keys, is known."""
    for name in claim if complete else ():
        if name not in keys:
            of_measure = f" for the measure {claim['measure']!r}"
            yield f"unknown key `{name}`{of_measure}{_nearest(name, keys)}"
    yield from (
        f"`{name}` is missing"
        for name, (_, required) in keys.items()
        if required and name not in claim
    )


def _judgement(claim: Claim) -> Iterator[str]:
    """Whether the claim says how it is judged, and nothing that has no effect."""
    rule, published = claim.get("rule", "within"), claim.get("published")
    near = rule in ("within", "prediction")
    if rule not in ("decreasing", "increasing") and published is None:
        yield f"`published` is missing, which the rule {rule!r} compares with"
    if rule in ("at_least", "at_most", "below") and isinstance(published, list):
        yield f"the rule {rule!r} needs one published number, not a list"
    tolerance = claim.get("tolerance")
    if near and tolerance is None:
        yield "a `tolerance` is missing, or a `rule` that does without"
    if not near and tolerance is not None:
        yield f"`tolerance` has no effect with the rule {rule!r}"
    if tolerance == "binomial" and "examples" not in claim:
        yield "`examples` is missing, which the tolerance 'binomial' needs"
    if tolerance == "binomial" and not values.fractions(published):
        yield "the tolerance 'binomial' needs published fractions between 0 and 1"
    if tolerance != "binomial" and "examples" in claim:
        yield "`examples` has no effect without the tolerance 'binomial'"
    if "decimals" in claim and rule != "prediction":
        yield f"`decimals` has no effect with the rule {rule!r}"
    if "reach" in claim and ("experiment" not in claim or isinstance(published, list)):
        yield "`reach` needs an `experiment` and one published number"


def _of_study(claim: Claim, study: StudyView) -> Iterator[str]:
    """Whether the study has what the claim is about."""
    if "demonstration" in claim and claim["demonstration"] not in study.demonstrations:
        name = claim["demonstration"]
        yield f"unknown demonstration {name!r}{_nearest(name, study.demonstrations)}"
    if "experiment" not in claim:
        public = set(study.dataset_names.values())
        if "dataset" in claim and claim["dataset"] not in public:
            yield f"unknown dataset {claim['dataset']!r}{_nearest(claim['dataset'], public)}"
        return
    experiment = claim["experiment"]
    if experiment not in study.experiments:
        yield f"unknown experiment {experiment!r}{_nearest(experiment, study.experiments)}"
        return
    variants = study.experiments[experiment]
    for variant in claim.get("variants") or [claim.get("variant", "default")]:
        if variant in variants:
            yield from _of_variant(claim, study, f"{experiment}/{variant}", variants[variant])
        elif "variant" in claim or "variants" in claim:
            yield f"unknown variant {variant!r} of {experiment}{_nearest(variant, variants)}"
        else:
            yield f"`variant` is missing: {experiment} has {_listed(variants)}"


_OF_VARIANT: dict[str, Callable[[Any, Settings], str]] = {
    "Column": column_problem,
    "Epoch": lambda epoch, settings: epochs_problem([epoch, epoch], settings),
    "Epochs": epochs_problem,
    "Step": step_problem,
}
"""What can be wrong with the value of a key, seen from a variant, by the key's kind."""


def _of_variant(
    claim: Claim, study: StudyView, name: str, settings: Mapping[str, Any]
) -> Iterator[str]:
    """Whether a variant's history has what the claim looks at, if it is about its data at all."""
    public = study.dataset_names.get(settings["dataset"], "")
    if public and claim.get("dataset", public) != public:
        return  # the scorecard will say `not comparable`
    if "exports" in registry.needs(claim["measure"]) and not settings.get("export"):
        yield f"{name} is not exported: name a format, as in `export: [saved_model]`"
    kinds = COMMON | registry.keys(claim["measure"])
    asked = [
        _OF_VARIANT[kinds[key][0]](value, settings)
        for key, value in claim.items()
        if key in kinds and kinds[key][0] in _OF_VARIANT and value is not None
    ]
    yield from (f"{name} {problem}" for problem in dict.fromkeys(filter(None, asked)))


def _nearest(word: Any, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: the nearest known one, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there is {_listed(names)}" if names else "; there is none"


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
