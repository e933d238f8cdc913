"""What the planning knows about the runs that claims are about. Standard library only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Settings = Mapping[str, Any]
"""A variant's resolved settings: `dataset`, `splits`, `training` and the others, nested."""


@dataclass(frozen=True)
class StudyView:
    """A study as its claims see it.

    Attributes:
        experiments: each variant's settings, by experiment and variant; sweeps are left out, since
            the scorecard does not see them.
        demonstrations: their names.
        dataset_names: the public name of each dataset, by its name in the config. A claim about
            another dataset is not compared with the study's runs.
    """

    experiments: Mapping[str, Mapping[str, Settings]]
    demonstrations: Collection[str] = ()
    dataset_names: Mapping[str, str] = field(default_factory=dict)


def column_problem(column: str, settings: Settings) -> str:
    """Why a run has no such column in its history; "" if it has."""
    if column.startswith("val_") and not settings["splits"].get("validation"):
        return f"has no {column}: it has no validation split"
    if column == "batch_accuracy" and not settings["training"].get("log_every"):
        return "has no batch_accuracy: `training.log_every` is not set"
    return ""


def epochs_problem(epochs: Sequence[int], settings: Settings) -> str:
    """Whether a window of epochs goes beyond the run; not known for runs counted in steps."""
    length = settings["training"].get("epochs")
    if length and epochs[1] > length:
        first, last = epochs
        about = f"epoch {last}" if first == last else f"epochs {first} to {last}"
        return f"has {length} epochs, the claim is about {about}"
    return ""


def step_problem(step: int, settings: Settings) -> str:
    """Whether the history has a row after so many steps; not known for runs counted in epochs."""
    length, every = (settings["training"].get(key) for key in ("steps", "log_every"))
    if length and step > length:
        return f"has {length} steps, the claim is about step {step}"
    if length and every and step % every and step != length:
        return f"has no row of history after step {step}: `training.log_every` is {every}"
    return ""
