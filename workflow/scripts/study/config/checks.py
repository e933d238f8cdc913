"""What can be wrong with a config beyond the types of its values; all of it before any job."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from study import datasets, figures, parameters
from study.config import messages
from study.config._section import NAME_PATTERN
from study.config.description import DataSet, Demonstration, Experiment, Settings
from study.config.resolving import CHANGEABLE, Config, merge, unfold
from study.families import MODELS, OF_TRAINING, SOURCES, Family
from study.splits import Split
from study.words import nearest


def problems(config: Config) -> Iterator[str]:
    """What is wrong with a merged config, one sentence each; parts of a wrong type are passed over.

    (What has a wrong type is reported by :func:`study.config.messages.problems`.)
    """
    for name, options in mappings(config.get("datasets")):
        if not messages.problems(DataSet, options, ""):
            yield from _dataset_problems(options, f"datasets.{name}")
    defaults = config.get("defaults") or {}
    for name, own in mappings(config.get("experiments")):
        experiment = merge(defaults, own) if isinstance(defaults, dict) else own
        known = list(config["datasets"]) if isinstance(config.get("datasets"), dict) else []
        if messages.problems(Experiment, experiment, ""):
            yield from _name_problems(experiment, known, f"experiments.{name}")
        else:
            yield from _experiment_problems(experiment, known, f"experiments.{name}")
    for name, options in mappings(config.get("demonstrations")):
        if not messages.problems(Demonstration, options, ""):
            yield from _model_problems(
                options["model"], options.get("parameters", {}), f"demonstrations.{name}."
            )


def mappings(value: Any) -> Iterator[tuple[str, Config]]:
    """The items of a mapping that are mappings themselves."""
    for name, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict):
            yield name, item


def _dataset_problems(options: Config, at: str) -> Iterator[str]:
    source = options["source"]
    if source not in SOURCES.names():
        yield f"{at}.source: {source!r} is not known{nearest(source, SOURCES.names())}"
        return
    known = datasets.orders(source)
    order = options.get("order")
    if order is not None and order not in known:
        yield f"{at}.order: {order!r} is not known{nearest(order, known)}"
    own = {k: v for k, v in options.items() if k not in DataSet.model_fields and v is not None}
    if "name" in parameters.names(SOURCES.source(source), "load"):
        own.setdefault("name", "")
    yield from messages.problems(SOURCES.description(source), own, at)


def _experiment_problems(experiment: Config, known_datasets: list[str], at: str) -> Iterator[str]:
    of_grid = [*grid_problems(experiment, at)]
    yield from of_grid
    if of_grid:
        return
    typed = Experiment.model_validate(experiment)
    found: dict[str, list[str]] = {}
    variants = []
    for variant in unfold(experiment):
        if variant.id in found:
            yield f"{at}: two variants have the id {variant.id!r}"
        if not re.fullmatch(NAME_PATTERN, variant.id):
            yield f"{at}: the variant id {variant.id!r} cannot be part of a path; name it yourself"
        found[variant.id] = list(_variant_problems(variant.values, known_datasets))
        variants.append(variant.values)
    for problem in found[variant.id]:
        if all(problem in others for others in found.values()):
            yield f"{at}.{problem}"
    for name, own in found.items():
        for problem in own:
            if not all(problem in others for others in found.values()):
                yield f"{at} ({name}).{problem}"
    if len(set(typed.seeds)) < len(typed.seeds):
        yield f"{at}.seeds: a seed appears twice"
    yield from _curve_problems(typed, variants, at)
    yield from _illustration_problems(typed, at)
    yield from _sweep_problems(typed, at)


def _name_problems(experiment: Config, known_datasets: list[str], at: str) -> Iterator[str]:
    """Unknown names, of an experiment whose other values have types that allow no more checks."""
    for model in _models(experiment):
        if model not in MODELS.names():
            yield f"{at}.model: {model!r} is not known{nearest(model, MODELS.names())}"
    dataset = experiment.get("dataset")
    if isinstance(dataset, str) and known_datasets and dataset not in known_datasets:
        yield f"{at}.dataset: {dataset!r} is not known{nearest(dataset, known_datasets)}"


def grid_problems(experiment: Config, at: str) -> Iterator[str]:
    """Paths of a grid that no variant may change, and values that are no values."""
    for path, values in (experiment.get("grid") or {}).items():
        where = f"{at}.grid.{path}"
        section, _, key = path.partition(".")
        known = _choices(section, experiment)
        if section not in CHANGEABLE:
            yield f"{where}: cannot be varied{nearest(section, CHANGEABLE)}"
        elif section not in PARTED and key:
            yield f"{where}: {section} has no parts; write {section}"
        elif section in PARTED and not key:
            example = known[0] if known else "name"
            yield f"{where}: is a mapping; vary its parts, such as {section}.{example}"
        elif path == "training.augmentation":
            yield f"{where}: make named variants of it"
        elif path in NAMED:
            yield f"{where}: make named variants of it, or vary its parts, such as {path}.name"
        elif known and key.partition(".")[0] not in known:
            owner = " or ".join(_models(experiment)) if section == "parameters" else section
            yield f"{where}: {owner} has no {key!r}{nearest(key, known)}"
        if any(isinstance(value, dict) for value in values):
            yield f"{where}: a value is a mapping; make named variants of it"


NAMED = tuple(f"training.{key}" for key in OF_TRAINING if key != "augmentation")
"""What is one member of a family with its parameters; a grid may vary its name and each of them."""

PARTED = ("splits", "parameters", "training", "test_time_augmentation", "resources")
"""What has parts, of which a grid may vary each but not the whole."""


def _choices(section: str, experiment: Config) -> list[str]:
    """The keys below a section that a grid may vary; empty if they are not known."""
    if section == "parameters":
        return sorted(
            {
                key
                for model in _models(experiment)
                if model in MODELS.names()
                for key in MODELS.description(model).model_fields
            }
        )
    keys = messages.keys(Settings, [section]) if section in PARTED else []
    return keys


def _models(experiment: Config) -> list[str]:
    """The models that an experiment's variants have, whether they are known or not."""
    grid = experiment.get("grid")
    varied = grid.get("model") if isinstance(grid, dict) else None
    found = [experiment.get("model"), *(varied if isinstance(varied, list) else [])]
    found += [own.get("model") for _, own in mappings(experiment.get("variants"))]
    return [model for model in dict.fromkeys(found) if isinstance(model, str) and model]


def _variant_problems(values: Config, known_datasets: list[str]) -> Iterator[str]:
    """Problems of one resolved variant, each starting with the key's path below the variant."""
    found = messages.problems(Settings, values, "")
    yield from found
    if found:
        return
    settings = Settings.model_validate(values)
    if settings.dataset not in known_datasets:
        hint = nearest(settings.dataset, known_datasets)
        yield f"dataset: {settings.dataset!r} is not known{hint}"
    yield from _model_problems(settings.model, settings.parameters, "")
    training = settings.training
    if (training.epochs is None) == (training.steps is None):
        yield "training: give either epochs or steps (set the other to null)"
    micro = training.microbatch_size
    if micro is not None and training.batch_size % micro:
        yield (
            f"training.microbatch_size: {micro} does not divide the batch size "
            f"{training.batch_size}"
        )
    for key, family in OF_TRAINING.items():
        yield from _member_problems(family, getattr(training, key), f"training.{key}")
    for key, text in settings.splits:
        try:
            if text is not None:
                Split.parse(text)
        except ValueError as error:
            yield f"splits.{key}: {error}"
    if settings.resources.gpu and settings.device == "cpu":
        yield "resources.gpu: asks for a GPU, but device is cpu"


def _model_problems(name: str, values: Config, before: str) -> Iterator[str]:
    if name not in MODELS.names():
        yield f"{before}model: {name!r} is not known{nearest(name, MODELS.names())}"
        return
    yield from messages.problems(MODELS.description(name), values, f"{before}parameters")


def _member_problems(family: Family, value: Any, at: str) -> Iterator[str]:
    """Problems of a family's member with its parameters, of None, or of a list of them."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _member_problems(family, item, f"{at}.{place}")
    elif value is not None:
        name = value.get("name")
        if name is None:
            yield f"{at}.name: is missing (known: {', '.join(family.names())})"
        elif name not in family.names():
            yield f"{at}.name: {name!r} is not known{nearest(str(name), family.names())}"
        else:
            own = {key: item for key, item in value.items() if key != "name"}
            yield from messages.problems(family.description(name), own, at)


def _curve_problems(experiment: Experiment, variants: list[Config], at: str) -> Iterator[str]:
    """Figures of columns that no variant's history will have."""

    def some(has: Callable[[Config], Any]) -> bool:
        return any(has(values) for values in variants)

    for name, curve in experiment.curves.items():
        where = f"{at}.curves.{name}"
        if curve.column.startswith("val_") and not some(_validation):
            yield f"{where}.column: {curve.column} needs a validation split"
        if curve.column == "batch_accuracy" and not some(_log_every):
            yield f"{where}.column: batch_accuracy needs training.log_every"
        if curve.range and not curve.range[0] < curve.range[1]:
            low, high = curve.range
            yield f"{where}.range: must rise, but is [{low:g}, {high:g}]"


def _validation(values: Config) -> Any:
    return (values.get("splits") or {}).get("validation")


def _log_every(values: Config) -> Any:
    return (values.get("training") or {}).get("log_every")


def _illustration_problems(experiment: Experiment, at: str) -> Iterator[str]:
    known = [name for name in figures.names() if figures.about(name)["SECTION"] == "inside"]
    wanted = experiment.illustrations.figures if experiment.illustrations else []
    for place, name in enumerate(wanted):
        if name not in known:
            hint = nearest(name, known)
            yield f"{at}.illustrations.figures.{place}: {name!r} is not known{hint}"
        elif name in wanted[:place]:
            yield f"{at}.illustrations.figures.{place}: {name!r} appears twice"


def _sweep_problems(experiment: Experiment, at: str) -> Iterator[str]:
    """What packs and sweeps do not have."""
    if experiment.pack > 1 and experiment.export:
        yield f"{at}.export: runs in packs are not exported; set pack to 1 or export to false"
    if not experiment.sweep:
        return
    if not experiment.grid:
        yield f"{at}.sweep: needs a grid"
    if experiment.variants:
        yield f"{at}.variants: a sweep has none, but a grid; make two experiments of it"
    for key, remedy in (
        ("curves", "remove it"),
        ("illustrations", "set it to null"),
        ("export", "set it to false"),
    ):
        if getattr(experiment, key):
            yield f"{at}.{key}: a sweep has none; {remedy}, or set sweep to false"
