"""What an experiment asks to have shown, and cannot: curves, illustrations, a sweep's page."""

from collections.abc import Callable, Iterator
from typing import Any

from study import figures
from study.config import architectures
from study.config.description import Experiment
from study.config.resolving import Config
from study.families import MODELS
from study.words import nearest


def problems(experiment: Experiment, variants: list[Config], at: str) -> Iterator[str]:
    """What is wrong with what a valid experiment asks for, one sentence each.

    Args:
        experiment: with the defaults.
        variants: the values of each, merged.
        at: the experiment's path in the config.
    """
    yield from _curve_problems(experiment, variants, at)
    yield from _illustration_problems(experiment, variants, at)
    yield from _sweep_problems(experiment, at)


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


def _illustration_problems(
    experiment: Experiment, variants: list[Config], at: str
) -> Iterator[str]:
    known = [name for name in figures.names() if figures.about(name)["SECTION"] == "inside"]
    if not experiment.illustrations:
        return
    for place, image in enumerate(experiment.illustrations.images):
        if (image.index is None) == (image.first_of_class is None):
            yield f"{at}.illustrations.images.{place}: give either index or first_of_class"
    wanted = experiment.illustrations.figures
    for place, name in enumerate(wanted):
        if name not in known:
            hint = nearest(name, known)
            yield f"{at}.illustrations.figures.{place}: {name!r} is not known{hint}"
        elif name in wanted[:place]:
            yield f"{at}.illustrations.figures.{place}: {name!r} appears twice"
    models = dict.fromkeys(str(values.get("model")) for values in variants)
    for model in filter(MODELS.names().__contains__, models):
        if architectures.has_no_convolution(model):
            yield (
                f"{at}.illustrations: {model} has no convolution to look into; set it to null, or "
                "make two experiments of it"
            )
        elif architectures.has_branches(model):
            yield (
                f"{at}.illustrations: {model} is not a sequence of layers, which is what can be "
                "drawn; set it to null"
            )


def _sweep_problems(experiment: Experiment, at: str) -> Iterator[str]:
    """What packs and sweeps do not have."""
    if experiment.pack > 1 and experiment.export:
        yield f"{at}.export: runs in packs are not exported; set pack to 1 or export to []"
    if not experiment.sweep:
        return
    if not experiment.grid:
        yield f"{at}.sweep: needs a grid"
    if experiment.variants:
        yield f"{at}.variants: a sweep has none, but a grid; make two experiments of it"
    for key, remedy in (
        ("curves", "remove it"),
        ("illustrations", "set it to null"),
        ("robustness", "set it to false"),
        ("export", "set it to []"),
        ("frontier", "remove it"),
    ):
        if getattr(experiment, key):
            yield f"{at}.{key}: a sweep has none; {remedy}, or set sweep to false"
