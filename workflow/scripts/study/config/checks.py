"""What can be wrong with a config beyond the types of its values; all of it before any job."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from study import datasets, exports, fitting
from study.config import architectures, bounds, dataset_options, grids, messages, shown
from study.config._section import NAME_PATTERN
from study.config.description import DatasetOptions, Demonstration, Experiment, Settings
from study.config.plan import Plan
from study.config.resolving import Config, mappings, merge, unfold
from study.exports import EXPORTS
from study.families import MODELS, OF_TRAINING, SOURCES, Family
from study.splits import Split
from study.words import nearest

TAKEN = ("predictions", "drawing", "slurm", "site", "coverage")
"""Folders beside those of studies, which commands of their own fill."""

MOST_RUNS = 200_000
"""Of an experiment: planning more takes longer and more memory than docs/scaling.md measured."""


def problems(config: Config) -> Iterator[str]:
    """What is wrong with a merged config, one sentence each; parts of a wrong type are passed over.

    (What has a wrong type is reported by :func:`study.config.messages.problems`.)
    """
    yield from bounds.problems(config)
    for section in ("datasets", "experiments", "demonstrations", "drawing"):
        names = config.get(section)
        yield from bounds.of_names(names if isinstance(names, dict) else (), section)
    if isinstance(config.get("study"), str):
        yield from bounds.of_names([config["study"]], "study")
        if config["study"].casefold() in TAKEN:
            yield (
                f"study: results/{config['study']}/ is a folder of another command (`make predict` "
                "or `make draw`, say); give the study another name"
            )
    for name, options in mappings(config.get("datasets")):
        if not messages.problems(DatasetOptions, options, ""):
            yield from dataset_options.problems(options, f"datasets.{name}")
    defaults = config.get("defaults") or {}
    for name, own in mappings(config.get("experiments")):
        experiment = merge(defaults, own) if isinstance(defaults, dict) else own
        known = dict(mappings(config.get("datasets")))
        if messages.problems(Experiment, experiment, ""):
            yield from _name_problems(experiment, known, f"experiments.{name}")
        else:
            yield from _experiment_problems(experiment, known, f"experiments.{name}")
    for key in ("predict", "data_dir"):
        if isinstance(config.get(key), str):
            found = [*dataset_options.path_problems(config[key], key)]
            yield from found
            if key == "predict":
                name = config[key].rstrip("/").rpartition("/")[2]
                yield from bounds.of_names([name], "predict")
            if not found and key == "data_dir" and not Path(config[key]).expanduser().is_dir():
                yield f"{key}: {config[key]} is not a folder"
    there = [name for name, _ in mappings(config.get("experiments"))]
    for name in config["only"] if isinstance(config.get("only"), list) else ():
        if isinstance(name, str) and name not in there:
            yield f"only: there is no experiment {name!r}{nearest(name, there)}"
    for name, options in mappings(config.get("demonstrations")):
        if not messages.problems(Demonstration, options, ""):
            yield from _model_problems(
                options["model"], options.get("parameters", {}), f"demonstrations.{name}."
            )


def drawing_problems(plan: Plan) -> Iterator[str]:
    """What is wrong with a plan's pages to draw on, one sentence each."""
    known = {f"{run.experiment}/{run.variant}": run for run in plan.runs}
    for page, names in plan.drawing.items():
        unknown = [name for name in names if name not in known]
        for name in unknown:
            yield f"drawing.{page}: there is no variant {name!r}{nearest(name, known)}"
        used = {known[name].settings["dataset"] for name in names if name not in unknown}
        for name in names:
            if name in known and architectures.has_branches(known[name].settings["model"]):
                yield (
                    f"drawing.{page}: {name} is not a sequence of layers, which is what a page to "
                    "draw on can compute; leave it out"
                )
        if len(used) > 1:
            sets = ", ".join(sorted(used))
            yield f"drawing.{page}: its models are of different datasets: {sets}"
        if not names:
            yield f"drawing.{page}: names no variant"


def _experiment_problems(
    experiment: Config, known_datasets: dict[str, Config], at: str
) -> Iterator[str]:
    of_grid = [*grids.problems(experiment, at)]
    yield from of_grid
    if of_grid:
        return
    typed = Experiment.model_validate(experiment)
    runs = math.prod(map(len, typed.grid.values())) * len(typed.variants or "1") * len(typed.seeds)
    if runs > MOST_RUNS:
        yield (
            f"{at}: has {runs:,} runs, but may have at most {MOST_RUNS:,}; split it into several "
            "studies"
        )
        return
    found: dict[str, list[str]] = {}
    titles: set[str] = set()
    variants = []
    wanted = typed.illustrations.model_dump() if typed.illustrations else None
    for variant in unfold(experiment):
        if variant.id in found:
            yield f"{at}: two variants have the id {variant.id!r}"
        elif variant.title in titles:
            yield f"{at}: two variants have the title {variant.title!r}; give them different ones"
        if not re.fullmatch(NAME_PATTERN, variant.id):
            yield f"{at}: the variant id {variant.id!r} cannot be part of a path; name it yourself"
        titles.add(variant.title)
        found[variant.id] = list(_variant_problems(variant.values, known_datasets, wanted))
        variants.append(variant.values)
    for problem in found[variant.id]:
        if all(problem in others for others in found.values()):
            yield f"{at}.{problem}"
    for name, own in found.items():
        for problem in own:
            if not all(problem in others for others in found.values()):
                yield f"{at} ({name}).{problem}"
    yield from bounds.of_names(found, at)
    yield from bounds.of_names(typed.curves, f"{at}.curves")
    if len(set(typed.seeds)) < len(typed.seeds):
        yield f"{at}.seeds: a seed appears twice"
    yield from shown.problems(typed, variants, at)


def _name_problems(experiment: Config, known_datasets: dict[str, Config], at: str) -> Iterator[str]:
    """Unknown names, of an experiment whose other values have types that allow no more checks."""
    for model in grids.models(experiment):
        if model not in MODELS.names():
            yield f"{at}.model: {model!r} is not known{nearest(model, MODELS.names())}"
    dataset = experiment.get("dataset")
    if isinstance(dataset, str) and known_datasets and dataset not in known_datasets:
        yield f"{at}.dataset: {dataset!r} is not known{nearest(dataset, known_datasets)}"


def _variant_problems(
    values: Config, known_datasets: dict[str, Config], illustrations: Config | None
) -> Iterator[str]:
    """Problems of one resolved variant, each starting with the key's path below the variant."""
    found = messages.problems(Settings, values, "")
    yield from found
    if found:
        return
    settings = Settings.model_validate(values)
    if known_datasets and settings.dataset not in known_datasets:
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
    yield from _fitting_problems(settings, known_datasets.get(settings.dataset), illustrations)
    known = settings.model in MODELS.names()
    if training.whitening and known and architectures.has_no_convolution(settings.model):
        yield (
            f"training.whitening: needs a convolution as the first layer, and {settings.model} "
            "has none; set it to null"
        )
    if settings.resources.gpu and settings.device == "cpu":
        yield "resources.gpu: asks for a GPU, but device is cpu"
    yield from _export_problems(settings)


def _fitting_problems(
    settings: Settings, options: Config | None, illustrations: Config | None
) -> Iterator[str]:
    """What a variant asks of a dataset whose size is known before it is there."""
    if options is None or options.get("source") not in SOURCES.names():
        return
    about = datasets.published(settings.dataset, options)
    values = settings.model_dump()
    found = [*fitting.problems(values, about)]
    yield from found
    yield from fitting.of_illustrations(illustrations, values, about)


def _export_problems(settings: Settings) -> Iterator[str]:
    for place, name in enumerate(settings.export):
        if name not in EXPORTS.names():
            yield f"export.{place}: {name!r} is not known{nearest(name, EXPORTS.names())}"
        elif name in settings.export[:place]:
            yield f"export.{place}: {name!r} appears twice"
        elif settings.precision not in exports.about(name)["PRECISIONS"]:
            yield f"export.{place}: {name} cannot compute in {settings.precision}"


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
            yield from _range_problems(own.get("area"), f"{at}.area")


def _range_problems(value: Any, at: str) -> Iterator[str]:
    """What keeps a list of numbers from being a range of fractions."""
    numbers = isinstance(value, list) and all(isinstance(each, (int, float)) for each in value)
    if numbers and not (len(value) == 2 and 0 < value[0] <= value[1] <= 1):
        yield f"{at}: is {messages.shown(value)}, but must be two fractions that rise"
