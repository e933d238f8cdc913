"""Draw the first training images of a data set with their class names."""

from typing import TYPE_CHECKING, Any

import numpy.typing as npt
from matplotlib.figure import Figure

from study import datasets, style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(images: npt.NDArray[Any], names: list[str], columns: int) -> Figure:
    """A square grid of images, dark on light, each under its class name.

    Args:
        images: uint8 (examples, height, width, 1 or 3).
        names: the class name of each.
        columns: images a row, and rows.
    """
    drawing, axes = style.figure(style.WIDTH * 1.1)
    size = min(12, 500 / columns / max(map(len, names)))
    style.show_examples(axes, images[: columns**2], names[: columns**2], columns, size)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        dataset = datasets.load(snakemake.input.examples, snakemake.input.about)
        images = dataset.arrays["train_images"][:36]
        names = [dataset.class_names[label] for label in dataset.arrays["train_labels"][:36]]
        output = snakemake.output
        style.save(draw(images, names, 6), [output.grid_svg, output.grid_png])
        style.save(draw(images, names, 3), [output.nine_svg, output.nine_png])
