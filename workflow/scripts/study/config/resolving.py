"""Merging configs, and unfolding an experiment into its variants."""

import copy
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from study import datasets, parameters
from study.config.description import Changeable
from study.config.training import Training
from study.families import MODELS, OF_TRAINING, SOURCES, Family
from study.words import spaced

Config = dict[str, Any]

CHANGEABLE = tuple(Changeable.model_fields)
"""What a variant may change."""

SETTINGS = (
    "dataset",
    "splits",
    "model",
    "parameters",
    "training",
    "precision",
    "device",
    "test_time_augmentation",
)
"""What of it changes the bits of a training."""


class Unfolded(NamedTuple):
    """A variant of an experiment with everything that it says, merged but not yet checked."""

    id: str
    title: str
    values: Config


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Config:
    """`base` with `changes` made: mappings are merged key by key, everything else is replaced.

    A mapping whose `name` changes is another thing (another optimiser, say), and replaced whole.
    """
    if "name" in changes and base.get("name") not in (None, changes["name"]):
        return copy.deepcopy(dict(changes))
    merged = dict(base)
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def mappings(value: Any) -> Iterator[tuple[str, Config]]:
    """The items of a mapping that are mappings themselves."""
    for name, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict):
            yield name, item


def unfold(experiment: Config) -> Iterator[Unfolded]:
    """The variants of an experiment: its named ones, each times its grid.

    An id joins the variant's name and the grid's values by `_`, as in `wide_dropout-0.2`; it is
    `default` where there is neither.
    """
    grid = experiment.get("grid") or {}
    # Merged, and not only a default: who gives a learning rate need not name the optimiser.
    base = merge({"training": {"optimizer": Training().optimizer}}, experiment)
    base = {key: base[key] for key in CHANGEABLE if key in base}
    for name, changes in (experiment.get("variants") or {"": {}}).items():
        own = merge(base, {k: v for k, v in (changes or {}).items() if k != "title"})
        title = (changes or {}).get("title")
        for values in itertools.product(*grid.values()):
            # All at once: a new optimiser's name drops the settings of the one before.
            chosen: Config = {}
            for path, value in zip(grid, values, strict=True):
                _put(chosen, path, value)
            words = [
                f"{path.rsplit('.', 1)[-1]}-{_word(value)}"
                for path, value in zip(grid, values, strict=True)
            ]
            variant = "_".join([name] * bool(name) + words) or "default"
            shown = " ".join([title, *map(spaced, words)]) if title else spaced(variant)
            yield Unfolded(variant, shown, _with_defaults(merge(own, chosen)))


def with_source_defaults(name: str, options: Config) -> Config:
    """A dataset's options with the defaults: title, order, its source's own, its public name."""
    source = options["source"]
    own = parameters.defaults(SOURCES.source(source), "load")
    if "name" in parameters.names(SOURCES.source(source), "load"):
        own["name"] = name
    first = datasets.orders(source)[0]
    return {**own, "title": name, "order": first, "pictures": "plain", **_given(options)}


def _with_defaults(values: Config) -> Config:
    """The values with the defaults of their model's and optimiser's own parameters."""
    model = values.get("model")
    if model in MODELS.names() and isinstance(values.get("parameters", {}), Mapping):
        own = parameters.defaults(MODELS.source(model), "build")
        values = {**values, "parameters": own | dict(values.get("parameters", {}))}
    training = {"optimizer": {"name": "adam"}, **values.get("training", {})}
    for key in OF_TRAINING.keys() & training.keys():
        training[key] = _member_with_defaults(OF_TRAINING[key], training[key])
    return {**values, "training": training}


def _member_with_defaults(family: Family, value: Any) -> Any:
    """A member's settings with its parameters' defaults; None and mistakes as they are."""
    if isinstance(value, list):
        return [_member_with_defaults(family, item) for item in value]
    if isinstance(value, Mapping) and value.get("name") in family.names():
        return family.defaults(value["name"]) | dict(value)
    return value


def _given(options: Config) -> Config:
    return {key: value for key, value in options.items() if value is not None}


def _put(target: Config, path: str, value: Any) -> None:
    *sections, key = path.split(".")
    for section in sections:
        target = target.setdefault(section, {})
    target[key] = copy.deepcopy(value)


def _word(value: Any) -> str:
    """A grid's value as a part of an id: `train[5000:]` becomes `train-from-5000`."""
    if isinstance(value, list):
        return "-".join(_word(item) for item in value)
    return _SLICE.sub(_slice_word, str(value))


_SLICE = re.compile(r"\[(\d*%?):(\d*%?)\]")


def _slice_word(match: re.Match[str]) -> str:
    start, stop = (part.replace("%", "-percent") for part in match.groups())
    return f"-from-{start}" * bool(start) + f"-to-{stop}" * bool(stop)
