"""Reads a study's config files, checks them, and resolves them into a plan."""

import os
from pathlib import Path
from typing import Any

from study import datasets
from study.config import checks, claims, messages, reading
from study.config.description import Experiment, Settings, StudyConfig
from study.config.plan import Plan, Run
from study.config.resolving import SETTINGS, Config, merge, unfold, with_source_defaults
from study.errors import StudyError


def load(files: list[Path], overrides: Config | None = None) -> Plan:
    """Read, merge, check and resolve a study's config.

    Args:
        files: YAML files; a later one changes an earlier one. Each may name another that it
            `extends`. Mappings are merged, everything else is replaced.
        overrides: changes from the command line or from another workflow, merged last.

    Raises:
        StudyError: with everything that is wrong, one line each.
    """
    parts = [part for file in files for part in _chain(file)]
    parts.append((reading.numbers_of_text(overrides or {}), Path()))
    config: Config = {}
    naming: Config = {}
    claims_file: Path | None = None
    for part, folder in parts:
        config = merge(config, part)
        if "claims" in part:
            named = part["claims"]
            claims_file = folder / named if isinstance(named, str) and named else None
            naming = config
    problems = [*messages.problems(StudyConfig, config, ""), *checks.problems(config)]
    found: list[Config] = []
    if claims_file:
        try:
            found = claims.read(claims_file)
            problems += claims.problems(found, naming, claims_file)
        except StudyError as error:
            problems.append(str(error))
    if problems:
        where = ", ".join(str(file) for file in files)
        lines = "\n".join(f"  - {problem}" for problem in dict.fromkeys(problems))
        raise StudyError(f"the config ({where}) needs a change:\n{lines}")
    return resolve(config, found)


def resolve(config: Config, published: list[Config]) -> Plan:
    """The plan of a config that is known to be valid."""
    study = StudyConfig.model_validate(config)
    runs = []
    experiments = {}
    for name, own in config["experiments"].items():
        merged = merge(config.get("defaults", {}), own)
        experiment = Experiment.model_validate(merged)
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
        claims=published,
        runs=runs,
    )


def announce_data_dir(plan: Plan) -> None:
    """Tell this process's jobs where the config says that the data sets' files are.

    They hear it by the environment: as a parameter of the rule, a new place would mean new data.
    """
    if plan.data_dir:
        os.environ[datasets.DATA_DIR_VARIABLE] = plan.data_dir


def _chain(file: Path, seen: tuple[Path, ...] = ()) -> list[tuple[Config, Path]]:
    """A config file after those that it extends, each with its folder."""
    if file.resolve() in seen:
        raise StudyError(f"the config file {file} extends itself")
    config: dict[str, Any] = reading.read_mapping(file)
    base = config.pop("extends", None)
    before = [] if base is None else _chain(file.parent / str(base), (*seen, file.resolve()))
    return [*before, (config, file.parent)]
