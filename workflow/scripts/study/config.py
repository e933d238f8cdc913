"""Reads a study's config strictly, and unfolds it into runs.

Everything that can be found wrong before a job starts is found here, and all of it is reported at
once. Importing this module imports neither TensorFlow nor pandas: it runs each time that Snakemake
parses the workflow.
"""

import copy
import functools
import itertools
import json
import math
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from study import models, schema, strict_yaml
from study.errors import StudyError
from study.parameters import parameters_schema
from study.splits import Split

Config = dict[str, Any]

SCHEMA_FILE = Path(__file__).parents[3] / "config" / "schema.yaml"
CLAIMS_SCHEMA_FILE = SCHEMA_FILE.with_name("claims.schema.yaml")
DATA_DIR_VARIABLE = "SOFTMAX2CNN_DATA_DIR"
OPTIMIZERS_FILE = Path(__file__).parent / "optimizers.py"
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adadelta": "Adadelta"}
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(_[A-Za-z0-9.+-]+)*")


@dataclass(frozen=True)
class Run:
    """One training: an experiment's variant with a seed.

    Attributes:
        experiment, variant, seed: what identifies the run.
        settings: dataset, splits, model, parameters, training, precision, device and export, all
            resolved; what a training job needs to know, and nothing else.
        resources: threads, mem_mb, runtime (minutes) and gpu for the job.
    """

    experiment: str
    variant: str
    seed: int
    settings: Config
    resources: dict[str, int]

    @property
    def id(self) -> str:
        """The run's folder below `runs/`."""
        return f"{self.experiment}/{self.variant}/seed-{self.seed}"


@dataclass(frozen=True)
class Pack:
    """Runs of one experiment that one job trains, one after the other.

    Attributes:
        experiment, number: what identifies the pack.
        runs: they share data, precision, device and resources.
    """

    experiment: str
    number: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Study:
    """A checked study: what its config file says, unfolded."""

    config: Config
    claims: list[Config]

    @property
    def name(self) -> str:
        """The study's name, and the name of its folder below `results/`."""
        return str(self.config["study"])

    @cached_property
    def runs(self) -> list[Run]:
        """All runs, in the order of the config."""
        return [
            Run(name, variant, seed, settings, resources)
            for name, experiment in self.config["experiments"].items()
            for variant, settings, resources in unfold(experiment)
            for seed in experiment["seeds"]
        ]

    @cached_property
    def by_id(self) -> dict[str, Run]:
        """All runs, by their ids."""
        return {run.id: run for run in self.runs}

    def run(self, experiment: str, variant: str, seed: int | str) -> Run:
        """The run of an experiment's variant with a seed."""
        return self.by_id[f"{experiment}/{variant}/seed-{seed}"]

    @cached_property
    def packs(self) -> list[Pack]:
        """The packs of the experiments whose `pack` is more than 1.

        Runs whose steps are compiled alike lie beside each other: such as differ in no more than
        seeds and numbers with a fraction.
        """
        packs = []
        for name, experiment in self.config["experiments"].items():
            if experiment["pack"] == 1:
                continue
            alike: dict[str, list[Run]] = defaultdict(list)
            for run in self.of_experiment[name]:
                shared = [run.settings[key] for key in ("dataset", "model", "precision", "device")]
                micro = run.settings["training"]["microbatch_size"] is None
                alike[json.dumps([*shared, micro, run.resources])].append(run)
            numbers = itertools.count()
            for group in alike.values():
                group.sort(key=lambda run: _shape_of_steps(run.settings))
                packs += [
                    Pack(name, next(numbers), tuple(group[i : i + experiment["pack"]]))
                    for i in range(0, len(group), experiment["pack"])
                ]
        return packs

    @cached_property
    def of_experiment(self) -> dict[str, list[Run]]:
        """The runs of each experiment."""
        runs: dict[str, list[Run]] = {name: [] for name in self.config["experiments"]}
        for run in self.runs:
            runs[run.experiment].append(run)
        return runs

    @cached_property
    def beginnings(self) -> dict[str, Run]:
        """Of each run that has one, by its id: the longest other run that it begins with.

        That is one of the same experiment which differs in no more than having fewer epochs.
        """
        alike: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            packed = self.config["experiments"][run.experiment]["pack"] > 1
            if "epochs" in run.settings["training"] and not packed:
                key = [run.experiment, run.seed, without_length(run.settings)]
                alike[json.dumps(key)].append(run)
        found = {}
        for group in alike.values():
            group.sort(key=lambda run: run.settings["training"]["epochs"])
            for before, after in itertools.pairwise(group):
                if before.settings["training"]["epochs"] < after.settings["training"]["epochs"]:
                    found[after.id] = before
        return found

    @cached_property
    def variants(self) -> dict[str, list[str]]:
        """The ids of each experiment's variants, in the order of the config."""
        variants: dict[str, list[str]] = {name: [] for name in self.config["experiments"]}
        for run in self.runs:
            if run.variant not in variants[run.experiment]:
                variants[run.experiment].append(run.variant)
        return variants

    @cached_property
    def datasets(self) -> list[str]:
        """The data sets that runs use, in the order of the config."""
        used = {run.settings["dataset"] for run in self.runs}
        return [name for name in self.config["datasets"] if name in used]


def load(files: list[Path], overrides: Config | None = None) -> Study:
    """Read, merge and check a study's config.

    Args:
        files: YAML files; a later one changes an earlier one. Each may name another that it
            `extends`. Mappings are merged, everything else is replaced.
        overrides: changes from the command line, merged last.

    Raises:
        StudyError: with everything that is wrong, a line each.
    """
    config: Config = {}
    for file in files:
        config = merge(config, _read_with_base(file))
    config = merge(config, overrides or {})
    problems = schema.problems(config, _config_schema(), "")
    if not problems:
        config = with_defaults(config)
        problems = list(_problems(config))
    if problems:
        where = ", ".join(str(file) for file in files)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        raise StudyError(f"the config ({where}) needs a change:\n{lines}")
    return Study(config, read_claims(config["claims"], files[0].parent))


def announce_data_dir(study: Study) -> None:
    """Tell this process' jobs where the config says that the data sets' files are.

    They hear it by the environment: as a parameter of the rule, a new place would mean new data.
    """
    if study.config["data_dir"]:
        os.environ[DATA_DIR_VARIABLE] = study.config["data_dir"]


def read_claims(name: str | None, folder: Path) -> list[Config]:
    """Read the published claims; a name that is not absolute is beside the study's config.

    Raises:
        StudyError: if the file is not a list of claims.
    """
    if not name:
        return []
    file = folder / name
    claims = strict_yaml.read(file)
    if not isinstance(claims, list):
        raise StudyError(f"the file of claims {file} must be a list")
    claims_schema = yaml.safe_load(CLAIMS_SCHEMA_FILE.read_text(encoding="utf-8"))
    problems = schema.problems(claims, claims_schema, str(file))
    if problems:
        raise StudyError("the claims need a change:\n" + "\n".join(f"  - {p}" for p in problems))
    return claims


def without_length(settings: Config) -> Config:
    """A run's settings without what does not matter to the steps that it makes first."""
    training = {k: v for k, v in settings["training"].items() if k != "epochs"}
    return {**settings, "training": training, "export": False}


known_models = functools.cache(models.names)


def _shape_of_steps(settings: Config) -> str:
    """Equal for runs that can share compiled steps, and different for most that cannot."""
    training = {k: v for k, v in settings["training"].items() if k not in ("epochs", "steps")}
    return json.dumps(_without_fractions([settings["parameters"], training]))


def _without_fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_fractions(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_fractions(item) for item in value]
    return bool(value) if isinstance(value, float) else value


def merge(base: Config, changes: Mapping[str, Any]) -> Config:
    """`base` with `changes` made: mappings are merged key by key, everything else is replaced.

    A mapping whose `name` changes is another thing (another optimiser, say), and replaced whole.
    """
    if "name" in changes and base.get("name") not in (None, changes["name"]):
        return copy.deepcopy(dict(changes))
    merged = copy.deepcopy(base)
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def with_defaults(config: Config) -> Config:
    """The config completed: each experiment from `defaults`, and keys that may be left out."""
    config = {"functions": False, "missing": "fail", **copy.deepcopy(config)}
    defaults = config["defaults"]
    for name, experiment in config["experiments"].items():
        complete = merge(defaults, experiment)
        complete.setdefault("title", name)
        complete["splits"].setdefault("validation", None)
        complete.setdefault("curves", {})
        complete.setdefault("pack", 1)
        complete.setdefault("sweep", False)
        if complete.setdefault("illustrations", None):
            complete["illustrations"].setdefault("maps_per_row", 8)
        config["experiments"][name] = complete
    return config


def unfold(experiment: Config) -> Iterator[tuple[str, Config, dict[str, int]]]:
    """The variants of an experiment: its named ones, each times its grid.

    Yields:
        The variant's id, its settings and its job's resources. An id joins the variant's name and
        the grid's values by `_`, as in `wide_dropout-0.2`; it is `default` where there is neither.
    """
    variants = experiment.get("variants") or {"": {}}
    grid = experiment.get("grid") or {}
    base = {key: experiment[key] for key in SETTINGS}
    for name, changes in variants.items():
        for values in itertools.product(*grid.values()):
            settings = merge(base, changes or {})
            words = [name] if name else []
            # All at once: a new optimiser's name drops the settings of the one before.
            chosen: Config = {}
            for path, value in zip(grid, values, strict=True):
                _put(chosen, path, value)
                words.append(f"{path.rsplit('.', 1)[-1]}-{_word(value)}")
            settings = merge(settings, chosen)
            training = settings["training"]
            settings["training"] = {k: v for k, v in training.items() if v is not None or k in NULL}
            if settings["model"] in known_models():
                defaults = _defaults_of(models.schema(settings["model"]))
                settings["parameters"] = defaults | settings["parameters"]
            name_of_optimizer = training["optimizer"].get("name")
            if name_of_optimizer in OPTIMIZERS:
                defaults = _defaults_of(_optimizer_schema(name_of_optimizer))
                settings["training"]["optimizer"] = defaults | training["optimizer"]
            resources = settings.pop("resources")
            yield "_".join(words) or "default", settings, resources


SETTINGS = (
    "dataset",
    "splits",
    "model",
    "parameters",
    "training",
    "precision",
    "device",
    "export",
    "resources",
)
"""What a variant may change."""

NULL = ("log_every", "microbatch_size")
"""Settings of `training` for which null is a value of its own."""


def _put(target: Config, path: str, value: Any) -> None:
    *sections, key = path.split(".")
    for section in sections:
        target = target.setdefault(section, {})
    target[key] = copy.deepcopy(value)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(_word(item) for item in value)
    return str(value)


def _defaults_of(schema: Config) -> Config:
    return {k: v["default"] for k, v in schema["properties"].items() if "default" in v}


def _optimizer_schema(name: str) -> Config:
    return parameters_schema(OPTIMIZERS_FILE, OPTIMIZERS[name])


def _read_with_base(file: Path, seen: tuple[Path, ...] = ()) -> Config:
    if file.resolve() in seen:
        raise StudyError(f"the config file {file} extends itself")
    config = strict_yaml.read_mapping(file)
    base = config.pop("extends", None)
    if base is None:
        return config
    return merge(_read_with_base(file.parent / str(base), (*seen, file.resolve())), config)


@functools.cache
def _config_schema() -> Config:
    loaded: Config = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def _problems(config: Config) -> Iterator[str]:
    """What a schema cannot see; `config` has passed the schema and has its defaults."""
    yield from _not_finite(config, "")
    for name, experiment in config["experiments"].items():
        at = f"experiments.{name}"
        grid_problems = list(_grid_problems(experiment, at))
        yield from grid_problems
        if grid_problems:
            continue
        seen: set[str] = set()
        for variant, settings, resources in unfold(experiment):
            if variant in seen:
                yield f"{at}: two variants have the id {variant!r}"
            seen.add(variant)
            if not ID.fullmatch(variant):
                yield f"{at}: the variant id {variant!r} cannot be part of a path; name it yourself"
            yield from dict.fromkeys(_settings_problems(settings, config, at, variant))
            if resources["gpu"] and settings["device"] == "cpu":
                yield f"{at} ({variant}).resources.gpu: asks for a GPU, but device is cpu"
        yield from _curve_problems(experiment, at)
        yield from _sweep_problems(experiment, at)
        if len(set(experiment["seeds"])) < len(experiment["seeds"]):
            yield f"{at}.seeds: a seed stands there twice"
    for name, demonstration in config.get("demonstrations", {}).items():
        at = f"demonstrations.{name}"
        yield from _model_problems(demonstration["model"], demonstration.get("parameters", {}), at)


def _not_finite(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, float) and not math.isfinite(value):
        yield f"{at}: is {value}, but must be a finite number"
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from _not_finite(item, f"{at}.{key}" if at else str(key))


def _grid_problems(experiment: Config, at: str) -> Iterator[str]:
    for path in experiment.get("grid") or {}:
        section, _, key = path.partition(".")
        if section == "parameters" and experiment["model"] in known_models():
            known = sorted(models.schema(experiment["model"])["properties"])
            if key not in known:
                hint = schema.nearest(key, known)
                yield f"{at}.grid.{path}: {experiment['model']} has no {key!r}{hint}"


def _curve_problems(experiment: Config, at: str) -> Iterator[str]:
    """Figures of columns that the experiment's history will not have."""
    for name, curve in experiment["curves"].items():
        column, limits = curve["column"], curve.get("range")
        where = f"{at}.curves.{name}"
        if column.startswith("val_") and not experiment["splits"]["validation"]:
            yield f"{where}.column: {column} needs a validation split"
        if column == "batch_accuracy" and not experiment["training"].get("log_every"):
            yield f"{where}.column: batch_accuracy needs training.log_every"
        if limits and not limits[0] < limits[1]:
            yield f"{where}.range: must rise, but is {limits}"


def _sweep_problems(experiment: Config, at: str) -> Iterator[str]:
    """What a sweep's page does not show."""
    if experiment["pack"] > 1 and experiment["export"]:
        yield f"{at}.export: runs in packs are not exported; set pack to 1 or export to false"
    if not experiment["sweep"]:
        return
    if not experiment.get("grid"):
        yield f"{at}.sweep: needs a grid"
    if experiment.get("variants"):
        yield f"{at}.variants: a sweep has none, but a grid; make two experiments of it"
    for key, remedy in (
        ("curves", "remove it"),
        ("illustrations", "set it to null"),
        ("export", "set it to false"),
    ):
        if experiment[key]:
            yield f"{at}.{key}: a sweep has none; {remedy}, or set sweep to false"


def _settings_problems(settings: Config, config: Config, at: str, variant: str) -> Iterator[str]:
    """Problems of one variant, checked against the schema again: variants and grids change it."""
    where = at if variant == "default" else f"{at} ({variant})"
    variant_schema = {**_config_schema()["$defs"]["settings"], "$defs": _config_schema()["$defs"]}
    problems = schema.problems(settings, variant_schema, where)
    yield from problems
    if problems:
        return
    if settings["dataset"] not in config["datasets"]:
        known = sorted(config["datasets"])
        yield f"{where}.dataset: {settings['dataset']!r} is not known" + schema.nearest(
            settings["dataset"], known
        )
    yield from _model_problems(settings["model"], settings["parameters"], where)
    training = settings["training"]
    if ("epochs" in training) == ("steps" in training):
        yield f"{where}.training: give either epochs or steps (set the other to null)"
    micro = training["microbatch_size"]
    if micro is not None and training["batch_size"] % micro:
        yield (
            f"{where}.training.microbatch_size: {micro} does not divide "
            f"the batch size {training['batch_size']}"
        )
    optimizer = dict(training["optimizer"])
    name = optimizer.pop("name")
    yield from schema.problems(optimizer, _optimizer_schema(name), f"{where}.training.optimizer")
    if not optimizer.get("learning_rate", 0) > 0:
        rate = optimizer.get("learning_rate")
        yield f"{where}.training.optimizer.learning_rate: is {rate}, but must be more than 0"
    for key, text in settings["splits"].items():
        try:
            if text is not None:
                Split.parse(text)
        except ValueError as error:
            yield f"{where}.splits.{key}: {error}"


def _model_problems(name: str, parameters: Config, at: str) -> Iterator[str]:
    if name not in known_models():
        yield f"{at}.model: {name!r} is not known{schema.nearest(name, known_models())}"
        return
    yield from schema.problems(parameters, models.schema(name), f"{at}.parameters")
