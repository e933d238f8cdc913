"""The identity of a training: the hash of exactly what changes its bits.

That is the data, the split, the model with its parameters, the training settings, the precision,
the seed, the kind of device and the code that computes. Titles, export, illustrations, resources
and the place of a variant in the config are no part of it; package versions are recorded instead.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

BITS = (
    "splits",
    "model",
    "parameters",
    "training",
    "precision",
    "test_time_augmentation",
)
"""What of a run's settings changes its bits; the dataset counts by its fingerprint, the device by
its kind."""


def digest(*parts: Any) -> str:
    """The SHA-256 of values that JSON can hold, in hexadecimal."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def of_run(settings: Mapping[str, Any], seed: int, data: str, code: str, device: str) -> str:
    """The identity of a run.

    Args:
        settings: see :class:`study.config.plan.Run`.
        seed: the run's.
        data: the fingerprint of the prepared dataset.
        code: the fingerprint of the code that computes (:mod:`study.fingerprints`).
        device: `cpu` or `gpu`.
    """
    return digest({key: settings[key] for key in BITS}, seed, data, code, device)


def starts_the_same_for_any_length(training: Mapping[str, Any]) -> bool:
    """Whether a run makes the same first steps however many epochs it has.

    A schedule or an average may depend on the length of the whole run.
    """
    return bool(training["epochs"]) and not training["schedule"] and not training["averaging"]


def of_beginning(settings: Mapping[str, Any], seed: int, data: str, code: str, device: str) -> str:
    """What runs have in common that differ only in their number of epochs."""
    return of_run(without_length(settings), seed, data, code, device)


def without_length(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A run's settings without what does not matter to the steps that it makes first."""
    training = {key: value for key, value in settings["training"].items() if key != "epochs"}
    return {**settings, "training": training}
