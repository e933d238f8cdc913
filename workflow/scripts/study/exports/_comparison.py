"""How an export, loaded again, compares with the model that was trained."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from study.errors import StudyError
from study.exports import Classify

BATCH = 500

CALLS = 200
"""So many calls are timed, after a tenth of them to warm up."""

ROUNDING = 1 / 1000
"""The fraction of images that may change their class: rounding flips those whose two best classes
are equal but for the last bits."""


def compare(
    classify: Classify,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int32],
    class_names: Sequence[str],
    logits: npt.NDArray[np.float32],
) -> dict[str, Any]:
    """The scores of an export.

    Args:
        classify: the export, loaded by its own runtime.
        images: the test images, uint8 (images, height, width, channels).
        labels: their classes.
        class_names: in the order of the class ids.
        logits: what the trained model itself gave for them, (images, classes).

    Returns:
        `examples`; `accuracy`; `different`, how many images have another class than with the model
        itself; `largest_difference` of a probability; `latency_ms`.

    Raises:
        StudyError: if the export does not do what the model does.
    """
    parts = [classify(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
    ids = np.concatenate([part.ids for part in parts])
    probabilities = np.concatenate([part.probabilities for part in parts])
    named = [label for part in parts for label in part.labels]
    different = int((logits.argmax(axis=1) != ids).sum())
    if different > max(1, len(images) * ROUNDING):
        raise StudyError(
            f"the reloaded export classifies {different:,} of {len(images):,} test images "
            "differently from the trained model; do not use it"
        )
    if named != [class_names[each] for each in ids]:
        raise StudyError("the reloaded export gives other labels than the dataset's class names")
    expected = softmax(logits.astype(np.float64), axis=1)
    return {
        "examples": len(images),
        "accuracy": float((ids == labels).mean()),
        "different": different,
        "largest_difference": float(np.abs(probabilities - expected).max()),
        "latency_ms": 1000 * seconds_per_call(classify, images),
    }


def seconds_per_call(classify: Classify, images: npt.NDArray[np.uint8]) -> float:
    """The median time of a call with a single image."""
    times = []
    for number in range(-CALLS // 10, CALLS):
        place = number % len(images)
        start = time.perf_counter()
        classify(images[place : place + 1])
        if number >= 0:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def size(folder: Path) -> int:
    """How many bytes the files of an export have."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
