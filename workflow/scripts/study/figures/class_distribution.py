"""How many images of each class the first training images and the whole splits have."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from study.figures import Picture, _style
from study.figures._axes import compact
from study.figures._data import datasets
from study.results import Results

NEEDS = ("datasets", "examples")
SECTION = "data"
TITLE = "Class distribution"
CAPTION = (
    "Number of images of each class among the first training images, in the training split and in"
    " the test split."
)
ORDER = 20

FIRST = 1500
"""The tutorial counts the classes of so many training images."""

MOST_LABELS = 30

Labels = npt.NDArray[np.int32]


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per dataset."""
    for dataset in datasets(results):
        train, test = dataset.arrays["train_labels"], dataset.arrays["test_labels"]
        first = min(FIRST, len(train))
        yield Picture(
            name=dataset.name,
            draw=partial(draw, train[:FIRST], train, test, dataset.classes),
            alt=f"Bar charts of how many images of each class {dataset.title} has, among the "
            f"first {first:,} training images, in training and in test.",
            note=f"The first {first:,} of {len(train):,} training images; {len(test):,} in test.",
            about={"dataset": dataset.name},
        )


def draw(first: Labels, train: Labels, test: Labels, names: list[str]) -> Figure:
    """Counts of each class: the first training images, all of them, the test split.

    Args:
        first: class ids of the first training images.
        train: class ids of all training images.
        test: class ids of the test images.
        names: the classes' names, in the order of their ids.
    """
    import seaborn as sns

    height = 0.3 if len(names) <= MOST_LABELS else 9 / len(names)
    drawing, axes = _style.figure(0.9 + height * len(names), 1, 3, sharey=True)
    titles = [f"First {len(first):,} of training", "Training", "Test"]
    for place, (panel, title, labels) in enumerate(
        zip(axes, titles, (first, train, test), strict=True)
    ):
        counts = pd.Series(np.bincount(labels, minlength=len(names)))
        sns.barplot(x=counts, y=range(len(names)), orient="y", ax=panel, width=0.75,
                    color=_style.colour(place), saturation=1)  # fmt: skip
        panel.set(xlabel="Images", ylabel="Class" if place == 0 else "")
        panel.set_title(title, fontsize=10)
        panel.grid(visible=False, axis="y")
        panel.grid(visible=True, axis="x")
        panel.xaxis.set_major_locator(MaxNLocator(3))
        panel.xaxis.set_major_formatter(FuncFormatter(_count))
    step = -(-len(names) // MOST_LABELS)
    axes[0].set_yticks(range(0, len(names), step), names[::step])
    return drawing


def _count(value: float, _: int | None) -> str:
    return compact(value)
