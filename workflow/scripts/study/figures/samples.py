"""The first training images of a dataset with their class names."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._data import datasets
from study.figures._images import show_examples
from study.results import Results

NEEDS = ("datasets", "examples")
SECTION = "data"
TITLE = "Samples"
CAPTION = "The first 36 training images with their classes."
ORDER = 10
PHOTOS = True

COLUMNS = 6


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per dataset."""
    for dataset in datasets(results):
        images, names = dataset.first(COLUMNS**2)
        yield Picture(
            name=dataset.name,
            draw=partial(draw, images, names, COLUMNS),
            alt=f"The first {len(names)} training images of {dataset.title} with their classes.",
            about={"dataset": dataset.name},
        )


def draw(images: npt.NDArray[np.uint8], names: list[str], columns: int) -> Figure:
    """A square grid of images, each under its class name.

    Args:
        images: uint8 (examples, height, width, 1 or 3).
        names: the class name of each.
        columns: images per row.
    """
    drawing, axes = _style.figure(_style.WIDTH * 1.1)
    size = min(12, 500 / columns / max(map(len, names)))
    show_examples(axes, images, names, columns, size)
    return drawing
