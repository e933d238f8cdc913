"""Training images as a recipe of augmentation changes them."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import show_examples
from study.results import Results
from study.words import listed, spaced

NEEDS = ("augmented",)
SECTION = "runs"
TITLE = "Augmented training images"
CAPTION = "Training images after augmentation. The random changes differ in every step."
PHOTOS = True

COLUMNS = 6


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recipe of an experiment."""
    for recipe, _, images in results.augmented():
        steps = listed([_step(own) for own in recipe["augmentation"]])
        yield Picture(
            name=f"{recipe['experiment']}/{recipe['variant']}",
            draw=partial(draw, images),
            alt=f"{len(images)} training images of {spaced(recipe['dataset'])} after {steps}.",
            note=f"The recipe: {steps}.",
            about={"experiment": recipe["experiment"], "variant": recipe["variant"]},
        )


def _step(settings: dict[str, object]) -> str:
    """An augmentation with its parameters in words: `shift (pixels 2, fill zero)`."""
    own = ", ".join(f"{spaced(key)} {value}" for key, value in settings.items() if key != "name")
    name = spaced(str(settings["name"]))
    return f"{name} ({own})" if own else name


def draw(images: npt.NDArray[np.uint8]) -> Figure:
    """A square grid of images.

    Args:
        images: uint8 (examples, height, width, 1 or 3).
    """
    drawing, axes = _style.figure(_style.WIDTH * 1.1)
    show_examples(axes, images, [""] * len(images), COLUMNS, 1)
    return drawing
