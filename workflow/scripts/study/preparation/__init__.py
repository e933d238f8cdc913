"""How a picture becomes what a network was trained on: one file per way, each with one function:

    prepare(picture, input_shape) -> Prepared

A way is added by adding its file and naming it as `pictures` of a dataset in the config.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from study.families import Family

if TYPE_CHECKING:
    from PIL import Image

    from study.pictures import Pixels

PREPARATIONS = Family("way to prepare pictures", "preparation", "prepare")


@dataclass(frozen=True)
class Found:
    """One image for the networks.

    Attributes:
        image: uint8 (height, width, channels), as the networks were trained.
        box: where it was found: left, top, right and bottom, in pixels of the picture.
    """

    image: "Pixels"
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Prepared:
    """What was made of a picture.

    Attributes:
        steps: pictures of the steps on the way, uint8 (height, width) or (height, width, 3), each
            with its name.
        found: the images, in the order in which they are read; none if nothing was found.
        width: of the whole picture, in the pixels of their boxes.
        left_out: boxes of what was not taken for an image, but might be one.
        reason: why nothing was found, if there is more to say.
    """

    steps: "list[tuple[str, Pixels]]"
    found: list[Found]
    width: int
    left_out: "list[tuple[int, int, int, int]]" = field(default_factory=list)
    reason: str = ""


def prepare(way: str, picture: "Image.Image", input_shape: tuple[int, ...]) -> Prepared:
    """Prepare a picture.

    Args:
        way: the name of its file, without `.py`.
        picture: of :func:`study.pictures.read`.
        input_shape: of an image for the networks, (height, width, channels).
    """
    prepared: Prepared = PREPARATIONS.function(way)(picture, input_shape)
    return prepared
