"""What a grid may vary: paths of a config whose values become variants."""

from collections.abc import Iterator

from study.config import messages
from study.config.description import Settings
from study.config.resolving import CHANGEABLE, Config, mappings
from study.families import MODELS, OF_TRAINING
from study.words import nearest


def problems(experiment: Config, at: str) -> Iterator[str]:
    """Paths of a grid that no variant may change, and values that are no values."""
    grid = experiment.get("grid") or {}
    for path, values in grid.items():
        where = f"{at}.grid.{path}"
        yield from (
            f"{where}: is a part of {other}, which the grid varies, too; leave one out"
            for other in grid
            if path.startswith(f"{other}.")
        )
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
            owner = " or ".join(models(experiment)) if section == "parameters" else section
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
                for model in models(experiment)
                if model in MODELS.names()
                for key in MODELS.description(model).model_fields
            }
        )
    keys = messages.keys(Settings, [section]) if section in PARTED else []
    return keys


def models(experiment: Config) -> list[str]:
    """The models that an experiment's variants have, whether they are known or not."""
    grid = experiment.get("grid")
    varied = grid.get("model") if isinstance(grid, dict) else None
    found = [experiment.get("model"), *(varied if isinstance(varied, list) else [])]
    found += [own.get("model") for _, own in mappings(experiment.get("variants"))]
    return [*dict.fromkeys(model for model in found if isinstance(model, str) and model)]
