"""Reads a study's config strictly, and unfolds it into runs.

Everything that can be found wrong before a job starts is found here, and all of it is reported at
once. Importing this module imports neither TensorFlow nor pandas: it runs each time that Snakemake
parses the workflow.
"""

import copy
import difflib
import functools
import itertools
import math
import os
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from study import models
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
    def _by_id(self) -> dict[str, Run]:
        return {run.id: run for run in self.runs}

    def run(self, experiment: str, variant: str, seed: int | str) -> Run:
        """The run of an experiment's variant with a seed."""
        return self._by_id[f"{experiment}/{variant}/seed-{seed}"]

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
    problems = _schema_problems(config, _schema(), "")
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
    claims = _read(file)
    if not isinstance(claims, list):
        raise StudyError(f"the file of claims {file} must be a list")
    schema = yaml.safe_load(CLAIMS_SCHEMA_FILE.read_text(encoding="utf-8"))
    problems = _schema_problems(claims, schema, str(file))
    if problems:
        raise StudyError("the claims need a change:\n" + "\n".join(f"  - {p}" for p in problems))
    return claims


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
    """Each experiment completed from `defaults`, without what only one of two keys may say."""
    config = copy.deepcopy(config)
    defaults = config["defaults"]
    for name, experiment in config["experiments"].items():
        complete = merge(defaults, experiment)
        complete.setdefault("title", name)
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
            for path, value in zip(grid, values, strict=True):
                settings = merge(settings, _nested(path, value))
                words.append(f"{path.rsplit('.', 1)[-1]}-{_word(value)}")
            training = settings["training"]
            settings["training"] = {k: v for k, v in training.items() if v is not None or k in NULL}
            if settings["model"] in models.names():
                schema = models.schema(settings["model"])
                settings["parameters"] = _defaults_of(schema) | settings["parameters"]
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


def _nested(path: str, value: Any) -> Config:
    for key in reversed(path.split(".")):
        value = {key: value}
    return dict(value)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(_word(item) for item in value)
    return str(value)


def _defaults_of(schema: Config) -> Config:
    return {k: v["default"] for k, v in schema["properties"].items() if "default" in v}


def _optimizer_schema(name: str) -> Config:
    return parameters_schema(OPTIMIZERS_FILE, OPTIMIZERS[name])


# Reading ------------------------------------------------------------------------------------------


class _StrictLoader(yaml.SafeLoader):
    """YAML without surprises: no tags, no duplicate keys, and 1e-3 is a number."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key!r} is read as a {type(key).__name__}, not as text; "
                    "put it in quotes",
                    problem_mark=key_node.start_mark,
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key!r} stands here for the second time",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"),
    list("-+.0123456789"),
)


def read_yaml(file: Path) -> Config:
    """Read a YAML mapping strictly.

    Raises:
        StudyError: if the file is missing or empty, is not a mapping, repeats a key, or uses tags.
    """
    config = _read(file)
    if not isinstance(config, dict):
        found = "empty" if config is None else f"a {type(config).__name__}"
        raise StudyError(f"the config file {file} must be a mapping of keys, but it is {found}")
    return config


def _read(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"cannot read the config file {file}: {error}") from error
    try:
        return yaml.load(text, _StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise StudyError(f"cannot read the config file {file}{line}: {problem}") from error


def _read_with_base(file: Path, seen: tuple[Path, ...] = ()) -> Config:
    if file.resolve() in seen:
        raise StudyError(f"the config file {file} extends itself")
    config = read_yaml(file)
    base = config.pop("extends", None)
    if base is None:
        return config
    return merge(_read_with_base(file.parent / str(base), (*seen, file.resolve())), config)


# Checking -----------------------------------------------------------------------------------------


@functools.cache
def _schema() -> Config:
    schema: Config = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def _schema_problems(value: Any, schema: Config, at: str) -> list[str]:
    """What a JSON schema has against a value, each as a sentence that names the key."""
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
    sentences = []
    for error in errors:
        path = ".".join(filter(None, [at, *map(str, error.absolute_path)]))
        sentences += _sentences(error, path)
    return sentences


def _sentences(error: jsonschema.ValidationError, path: str) -> list[str]:
    rule: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    prefix = f"{path}." if path else ""
    match error.validator:
        case "additionalProperties":
            known = sorted(schema.get("properties", {}))
            extra = sorted(set(instance) - set(known))
            return [f"{prefix}{key}: unknown key{nearest(key, known)}" for key in extra]
        case "required":
            missing = [key for key in rule if key not in instance]
            return [f"{prefix}{key}: is missing" for key in missing]
        case "enum":
            word = f"{path}: {instance!r} is not known"
            return [word + nearest(str(instance), list(map(str, rule)))]
        case "pattern" | "propertyNames":
            name = instance
            return [
                f"{path}: {name!r} is not a name (letters, digits, '.', '+', '-', single '_'; "
                "it becomes part of a path)"
            ]
        case "type" | "anyOf":
            return [f"{path}: {instance!r} is not {_kind(schema)}"]
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            bound = {
                "minimum": "at least",
                "exclusiveMinimum": "more than",
                "maximum": "at most",
                "exclusiveMaximum": "less than",
            }[error.validator]
            return [f"{path}: is {instance}, but must be {bound} {rule}"]
    return [f"{path}: {error.message}"]


def _kind(schema: Config) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    kinds = schema.get("type", "one of " + ", ".join(map(str, schema.get("enum", []))))
    words = {
        "integer": "a whole number",
        "string": "text",
        "object": "a mapping",
        "array": "a list",
    }
    listed = kinds if isinstance(kinds, list) else [kinds]
    return " or ".join(words.get(kind, f"a {kind}" if " " not in kind else kind) for kind in listed)


def nearest(word: str, known: list[str]) -> str:
    """A hint for an unknown word: the most similar known one, and all choices."""
    close = difflib.get_close_matches(word, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{hint} (known: {', '.join(known)})"


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
        if section == "parameters" and experiment["model"] in models.names():
            known = sorted(models.schema(experiment["model"])["properties"])
            if key not in known:
                yield f"{at}.grid.{path}: {experiment['model']} has no {key!r}{nearest(key, known)}"


def _settings_problems(settings: Config, config: Config, at: str, variant: str) -> Iterator[str]:
    """Problems of one variant, checked against the schema again: variants and grids change it."""
    where = at if variant == "default" else f"{at} ({variant})"
    variant_schema = {**_schema()["$defs"]["settings"], "$defs": _schema()["$defs"]}
    problems = _schema_problems(settings, variant_schema, where)
    yield from problems
    if problems:
        return
    if settings["dataset"] not in config["datasets"]:
        known = sorted(config["datasets"])
        yield f"{where}.dataset: {settings['dataset']!r} is not known" + nearest(
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
    yield from _schema_problems(optimizer, _optimizer_schema(name), f"{where}.training.optimizer")
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
    if name not in models.names():
        yield f"{at}.model: {name!r} is not known{nearest(name, models.names())}"
        return
    yield from _schema_problems(parameters, models.schema(name), f"{at}.parameters")
