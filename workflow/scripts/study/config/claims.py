"""The file of published claims that a study names: reading it, and what can be wrong with it."""

from pathlib import Path

from study import datasets
from study.claims import checks as claim_checks
from study.config import grids, messages, reading
from study.config.description import Experiment, Settings
from study.config.resolving import Config, mappings, merge, unfold, with_source_defaults
from study.errors import StudyError
from study.families import SOURCES


def read(file: Path, named: str) -> list[Config]:
    """Read a file of published claims.

    Args:
        file, named: see :func:`study.config.reading.read`.

    Raises:
        StudyError: if it is not a list of mappings.
    """
    claims = reading.read(file, named)
    if not isinstance(claims, list) or not all(isinstance(claim, dict) for claim in claims):
        raise StudyError(f"{file} (named by {named}) must be a list of claims, each a mapping")
    return claims


def problems(claims: list[Config], naming: Config, file: Path) -> list[str]:
    """What is wrong with claims, seen from the study that names them.

    A study that extends that one may have other runs; there, claims about runs that it does not
    have are not comparable, which is no mistake.

    Args:
        claims: as read.
        naming: the merged config up to the file that names the claims.
        file: where they stand.
    """
    experiments: dict[str, dict[str, Config]] = {}
    broken = []
    defaults = dict(mappings({"": naming.get("defaults")})).get("", {})
    for name, own in mappings(naming.get("experiments")):
        merged = merge(defaults, own)
        if messages.problems(Experiment, merged, "") or any(grids.problems(merged, "")):
            broken.append(name)
            continue
        variants = {variant.id: variant.values for variant in unfold(merged)}
        if any(messages.problems(Settings, values, "") for values in variants.values()):
            broken.append(name)
        elif not merged.get("sweep"):
            experiments[name] = {
                variant: Settings.model_validate(values).model_dump()
                for variant, values in variants.items()
            }
    demonstrations = naming.get("demonstrations")
    view = claim_checks.StudyView(
        experiments,
        list(demonstrations) if isinstance(demonstrations, dict) else [],
        {name: _public_name(name, o) for name, o in mappings(naming.get("datasets"))},
    )
    # What is wrong with an experiment itself is reported already.
    reported = tuple(f"unknown experiment {name!r}" for name in broken)
    found = claim_checks.problems(claims, view, file=file.name)
    return [problem for problem in found if not any(words in problem for words in reported)]


def _public_name(name: str, options: Config) -> str:
    """What claims call a dataset; its name in the config if its source is not known."""
    if options.get("source") not in SOURCES.names():
        return name
    return datasets.public_name(with_source_defaults(name, options))
