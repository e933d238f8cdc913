"""Draw how many images of each class the first training images and the whole splits have."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study import datasets, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

FIRST = 1500

Labels = npt.NDArray[np.int32]


def draw(first: Labels, train: Labels, test: Labels, names: list[str]) -> Figure:
    """Counts of each class: the first training images, all of them, the test split.

    Args:
        first, train, test: class ids.
        names: the classes' names, in the order of their ids.
    """
    drawing, axes = style.figure(0.9 + 0.3 * len(names), 1, 3, sharey=True)
    titles = [f"First {len(first):,} of training", "Training", "Test"]
    for position, (panel, title, labels) in enumerate(
        zip(axes, titles, (first, train, test), strict=True)
    ):
        counts = np.bincount(labels, minlength=len(names))
        panel.barh(range(len(names)), counts, color=style.colour(position), height=0.75)
        panel.set(title=title, xlabel="Images", ylabel="Class" if position == 0 else "")
        panel.grid(visible=False, axis="y")
        panel.xaxis.set_major_locator(MaxNLocator(2))
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        dataset = datasets.load(snakemake.input.examples, snakemake.input.about)
        train, test = dataset.arrays["train_labels"], dataset.arrays["test_labels"]
        drawing = draw(train[:FIRST], train, test, dataset.class_names)
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
