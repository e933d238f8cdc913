"""Test images under each corruption, from as they are to its strongest level."""

import textwrap
from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import corruptions
from study.figures import Picture, _style
from study.figures._data import datasets
from study.figures._images import mosaic
from study.results import Results
from study.words import listed

NEEDS = ("runs", "robustness", "datasets", "examples")
SECTION = "data"
TITLE = "Corrupted test images"
CAPTION = (
    "One test image per corruption that the networks are tested under: at the left as it is, then "
    "from weak to strong."
)
ORDER = 30
PHOTOS = True

Images = npt.NDArray[np.uint8]


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per dataset whose networks are tested on corrupted images.

    Datasets of one title differ only in the order of their images: the first stands for them.
    """
    runs, tested = results.table("runs"), results.table("robustness")
    of_tested = runs[runs["experiment"].isin(tested["experiment"])]
    shown = {of.title: of for of in reversed([*datasets(results)])}
    for dataset in reversed(shown.values()):
        if dataset.title not in set(of_tested["dataset_title"]):
            continue
        images, labels = dataset.arrays["test_images"], dataset.arrays["test_labels"]
        classes = np.unique(labels)
        firsts = [int(np.flatnonzero(labels == label)[0]) for label in classes]
        rows = {
            label(name): levels(name, images[firsts[place % len(firsts)]])
            for place, name in enumerate(corruptions.names())
        }
        yield Picture(
            name=dataset.name,
            draw=partial(draw, rows),
            alt=f"Test images of {dataset.title}, one line per corruption: as it is, and at "
            f"{len(corruptions.LEVELS)} strengths. The corruptions: "
            f"{listed([corruptions.about(name).TITLE for name in corruptions.names()])}.",
            about={"dataset": dataset.name},
        )


def label(name: str) -> str:
    """What a corruption is called, its unit and its strengths, one line each."""
    corruption = corruptions.about(name)
    name, _, unit = corruption.TITLE.partition(" (")
    strengths = ", ".join(f"{strength:g}" for strength in corruption.STRENGTHS)
    return "\n".join([name, *textwrap.wrap(f"({unit}", 22), strengths])


def levels(name: str, image: Images) -> Images:
    """An image as it is and at each level of a corruption.

    Args:
        name: of the corruption.
        image: uint8 (height, width, channels).

    Returns:
        uint8 (1 + levels, height, width, channels).
    """
    every = (0, *corruptions.LEVELS)
    return np.concatenate([corruptions.corrupted(name, level, image[None]) for level in every])


def draw(rows: dict[str, Images]) -> Figure:
    """One line of images per corruption, with its label at the left.

    Args:
        rows: by label, uint8 (1 + levels, height, width, 1 or 3).
    """
    images = np.concatenate([*rows.values()])
    columns = len(images) // len(rows)
    height = images.shape[1]
    gap = max(1, height // 9)
    grey = images.shape[-1] == 1
    canvas = mosaic(images[..., 0] if grey else images, columns, gap)
    canvas = np.nan_to_num(canvas, nan=0 if grey else 255)
    drawing, axes = _style.figure(_style.WIDTH * 0.8 * len(rows) / columns)
    axes.imshow(
        canvas if grey else canvas.astype(np.uint8),
        cmap="gray_r", vmin=0, vmax=255, interpolation="none",
    )  # fmt: skip
    axes.set_yticks(
        [place * (height + gap) + height / 2 for place in range(len(rows))],
        list(rows),
        fontsize=8,
    )
    axes.set_xticks([])
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return drawing
