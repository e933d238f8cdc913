"""What is known of a dataset: its examples, its classes, its pixels."""

from typing import Any

from study.claims.kinds import Dataset
from study.claims.results import ClaimResults, Values

UNTRAINED = True


def training_shape(results: ClaimResults, *, dataset: Dataset) -> Values:
    """The number of training images, their height and width, and their channels if not one."""
    row = _row(results, dataset)
    height, width, channels = map(float, str(row["input_shape"]).split(" × "))
    return [float(row["train"]), height, width, *[channels][: channels != 1]]


def pixel_range(results: ClaimResults, *, dataset: Dataset) -> Values:
    """The lowest and the highest value of a pixel."""
    row = _row(results, dataset)
    return [float(row[f"pixel_{end}"]) for end in ("lowest", "highest")]


def class_sizes(results: ClaimResults, *, dataset: Dataset) -> Values:
    """Examples of the rarest and of the commonest class: first in train, then in test."""
    row = _row(results, dataset)
    return [
        float(row[f"{split}_{which}_class"])
        for split in ("train", "test")
        for which in ("rarest", "commonest")
    ]


def _row(results: ClaimResults, name: str) -> dict[str, Any]:
    own = results.datasets[results.datasets["name"] == name]
    return dict(own.iloc[0])
