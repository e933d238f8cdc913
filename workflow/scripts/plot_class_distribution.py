"""Draw how many images of each class the first training images and the whole splits have."""

from typing import TYPE_CHECKING

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from study import datasets, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

FIRST = 1500


def draw(first: list[str], train: list[str], test: list[str], order: list[str]) -> Figure:
    """Count plots of the class names: the first training images, all of them, the test split."""
    drawing, axes = style.figure(0.9 + 0.3 * len(order), 1, 3, sharey=True)
    titles = [f"First {len(first):,} of training", "Training", "Test"]
    for position, (panel, title, names) in enumerate(
        zip(axes, titles, (first, train, test), strict=True)
    ):
        counted = pd.DataFrame({"class": names})
        sns.countplot(counted, y="class", order=order, ax=panel, color=style.colour(position))
        panel.set(title=title, xlabel="Images", ylabel="Class" if position == 0 else "")
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        dataset = datasets.load(snakemake.input.examples, snakemake.input.about)
        names = dataset.class_names
        train = [names[label] for label in dataset.arrays["train_labels"]]
        test = [names[label] for label in dataset.arrays["test_labels"]]
        drawing = draw(train[:FIRST], train, test, names)
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
