"""Reads a study's config files, checks them, and resolves them into a plan."""

import os
from collections.abc import Set
from pathlib import Path
from typing import Any

from study import datasets
from study.config import checks, claims, lessons, messages, reading
from study.config.description import Experiment, Settings, StudyConfig
from study.config.plan import Plan, Run
from study.config.resolving import SETTINGS, Config, merge, unfold, with_source_defaults
from study.errors import StudyError

MOST_PROBLEMS = 30
"""A message has no more lines; one mistake in a large grid is one in each of its variants."""


def load(files: list[Path], overrides: Config | None = None) -> Plan:
    """Read, merge, check and resolve a study's config.

    Args:
        files: YAML files; a later one changes an earlier one. Each may name another that it
            `extends`; one that several of them extend is read once, before them. Mappings are
            merged, everything else is replaced.
        overrides: changes from the command line or from another workflow, merged last.

    Raises:
        StudyError: with everything that is wrong, one line each.
    """
    parts = _read_all(files)
    if "extends" in (overrides or {}):
        raise StudyError("extends: only a config file can extend another; name it by --configfile")
    parts.append((reading.numbers_of_text(overrides or {}), Path("the command line")))
    config: Config = {}
    named: dict[str, tuple[Path, Config, Path]] = {}  # and the config that names them
    for part, source in parts:
        config = merge(config, part)
        for key in {"claims", "lessons"} & part.keys():
            named.pop(key, None)
            if isinstance(part[key], str) and part[key]:
                named[key] = source.parent / part[key], config, source
    problems = [*messages.problems(StudyConfig, config, ""), *checks.problems(config)]
    published: list[Config] = []
    taught: Config = lessons.NONE
    try:
        if "claims" in named:
            file, naming, source = named["claims"]
            published = claims.read(file, f"{source}, claims")
            problems += claims.problems(published, naming, file)
    except StudyError as error:
        problems.append(str(error))
    try:
        if "lessons" in named:
            file, naming, source = named["lessons"]
            taught = lessons.read(file, naming, source)
    except StudyError as error:
        problems += str(error).splitlines()
    _raise(problems, files)
    plan = resolve(config, published, taught)
    _raise(list(checks.drawing_problems(plan)), files)
    return plan


def _raise(problems: list[str], files: list[Path]) -> None:
    """Raise what is wrong, one line each; nothing if nothing is."""
    if problems:
        where = ", ".join(str(file) for file in files)
        different = list(dict.fromkeys(problems))
        if len(different) > MOST_PROBLEMS:
            more = len(different) - MOST_PROBLEMS
            different[MOST_PROBLEMS:] = [f"and {more:,} more"]
        lines = "\n".join(f"  - {problem}" for problem in different)
        raise StudyError(f"the config ({where}) needs a change:\n{lines}")


def resolve(config: Config, published: list[Config], taught: Config) -> Plan:
    """The plan of a config that is known to be valid, with its claims and lessons."""
    study = StudyConfig.model_validate(config)
    runs = []
    experiments = {}
    for name, own in config["experiments"].items():
        merged = merge(config.get("defaults", {}), own)
        experiment = Experiment.model_validate(merged)
        if study.only and name not in study.only:
            continue
        experiments[name] = {
            "title": experiment.title or name,
            "grid": list(experiment.grid),
            **experiment.model_dump(
                include={
                    "tutorial",
                    "question",
                    "pack",
                    "sweep",
                    "curves",
                    "illustrations",
                    "robustness",
                    "frontier",
                }
            ),
        }
        for place, variant in enumerate(unfold(merged)):
            values = Settings.model_validate(variant.values).model_dump()
            settings = {key: values[key] for key in SETTINGS}
            runs += [
                Run(
                    name, variant.id, seed, variant.title, place, settings,
                    values["resources"], values["export"],
                )
                for seed in experiment.seeds
            ]  # fmt: skip
    used = {run.settings["dataset"] for run in runs}
    return Plan(
        name=study.study,
        title=study.title,
        missing=study.missing,
        functions=study.functions,
        data_dir=study.data_dir,
        predict=study.predict,
        drawing=_without(config["experiments"].keys() - experiments.keys(), study.drawing),
        datasets={
            name: with_source_defaults(name, options)
            for name, options in config["datasets"].items()
            if name in used
        },
        experiments=experiments,
        demonstrations={
            name: {**options.model_dump(), "title": options.title or name}
            for name, options in study.demonstrations.items()
        },
        claims=[
            claim
            for claim in published
            if not study.only or claim.get("experiment") in (None, *study.only)
        ],
        lessons=taught,
        runs=runs,
    )


def _without(experiments: Set[str], drawing: dict[str, list[str]]) -> dict[str, list[str]]:
    """The pages to draw on, without the experiments that `only` leaves out."""
    left = {
        page: [name for name in names if name.partition("/")[0] not in experiments]
        for page, names in drawing.items()
    }
    return {page: names for page, names in left.items() if names or not drawing[page]}


def announce_data_dir(plan: Plan) -> None:
    """Tell this process's jobs where the config says that the datasets' files are.

    They hear it by the environment: as a parameter of the rule, a new place would mean new data.
    """
    if plan.data_dir:
        os.environ[datasets.DATA_DIR_VARIABLE] = str(Path(plan.data_dir).expanduser())


def _read_all(files: list[Path]) -> list[tuple[Config, Path]]:
    """The configs of all files, each with its path.

    Raises:
        StudyError: if any cannot be read; all of these are named.
    """
    parts: list[tuple[Config, Path]] = []
    problems = []
    for file in files:
        try:
            *bases, own = _chain(file)
            there = {known.resolve() for _, known in parts}
            parts += [base for base in bases if base[1].resolve() not in there] + [own]
        except StudyError as error:
            problems.append(str(error))
    if problems:
        raise StudyError("\n".join(problems))
    return parts


def _chain(file: Path, seen: tuple[Path, ...] = (), named: str = "") -> list[tuple[Config, Path]]:
    """A config file after those that it extends, each with its path."""
    if file.resolve() in seen:
        raise StudyError(f"{named}: the config file {file} extends itself; remove one `extends`")
    config: dict[str, Any] = reading.read_mapping(file, named)
    base = config.pop("extends", None)
    if base is None:
        return [(config, file)]
    if not isinstance(base, str) or not base:
        raise StudyError(
            f"{file}: extends: {messages.shown(base)} is not the name of a file; name one beside "
            "this one"
        )
    own = (*seen, file.resolve())
    return [*_chain(file.parent / base, own, f"{file}, extends"), (config, file)]
