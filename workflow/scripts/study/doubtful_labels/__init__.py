"""Images of public test sets whose labels most human raters did not agree with.

One CSV file per dataset, named after it, with one row per image: `sha256` of its bytes, the
`label`, the class that was `proposed` instead, and how many raters voted for either or `neither`.

`mnist.csv`: the 15 images of MNIST's test set for which fewer than three of five raters chose the
label (Northcutt, Athalye and Mueller 2021, "Pervasive label errors in test sets destabilize machine
learning benchmarks"; the votes are published at github.com/cleanlab/label-errors).
"""

import csv
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent
VOTES = ("votes_label", "votes_proposed", "votes_neither")


def files() -> list[Path]:
    """One file for each dataset of which doubtful labels are known, sorted."""
    return sorted(FOLDER.glob("*.csv"))


def names() -> list[str]:
    """The public names of these datasets."""
    return [file.stem for file in files()]


def find(
    name: str, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32]
) -> list[dict[str, Any]]:
    """The images with a doubtful label, wherever they stand.

    Args:
        name: the dataset's public name.
        images: uint8 (examples, height, width, channels).
        labels: int32 (examples,).

    Returns:
        Of each found image its `index`, `label`, `proposed` (class ids) and the votes. An image
        whose label is another one by now is left out.
    """
    if name not in names():
        return []
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        known = {row["sha256"]: row for row in csv.DictReader(file)}
    found = []
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        row = known.get(hashlib.sha256(np.ascontiguousarray(image).data).hexdigest())
        if row and int(row["label"]) == label:
            numbers = {key: int(row[key]) for key in ("label", "proposed", *VOTES)}
            found.append({"index": index, **numbers})
    return found
