"""Draw the first training images of a data set with their class names."""

from typing import TYPE_CHECKING, Any

import numpy.typing as npt
from matplotlib.figure import Figure

from study import datasets, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

ROWS, COLUMNS = 6, 6


def draw(images: npt.NDArray[Any], names: list[str]) -> Figure:
    """A grid of images, dark on light, each under its class name.

    Args:
        images: uint8 (up to 36, height, width, 1 or 3).
        names: the class name of each.
    """
    drawing, axes = style.figure(7.6, ROWS, COLUMNS)
    for panel in axes.flat:
        panel.axis("off")
    for panel, image, name in zip(axes.flat, images, names, strict=False):
        panel.imshow(image if image.shape[-1] == 3 else image[..., 0], cmap="gray_r")
        panel.set_title(name, fontsize=9, loc="center", fontweight="normal")
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        dataset = datasets.load(snakemake.input.examples, snakemake.input.about)
        count = ROWS * COLUMNS
        labels = dataset.arrays["train_labels"][:count]
        names = [dataset.class_names[label] for label in labels]
        drawing = draw(dataset.arrays["train_images"][:count], names)
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
