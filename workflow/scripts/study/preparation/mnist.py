"""Handwritten digits, prepared the way MNIST was: found one by one, white on black, centred.

MNIST's digits were scaled into a square of 20 pixels without changing their aspect, and placed in
28 x 28 with their centre of mass in the middle (LeCun et al. 1998). Their strokes are two to four
pixels wide, so thin ones are widened here: a pen's line on a photo would be faint after scaling.
"""

import numpy as np
from PIL import Image

from study.errors import StudyError
from study.pictures import Pixels
from study.preparation import Found, Prepared
from study.preparation._centred import BOX, centred
from study.preparation._ink import (
    FAINTEST,
    Grey,
    narrow,
    resized,
    stroke_width,
    widened,
    without_paper,
)
from study.preparation._pieces import Part, TooManyError, lines, pieces

SHAPE = (28, 28, 1)

STROKE = 2.4
"""The least width of a stroke in the prepared image, in pixels."""

LONGEST = 1000
"""Larger pictures are scaled down to this many pixels, since strokes are wide enough then."""


def prepare(picture: Image.Image, input_shape: tuple[int, ...]) -> Prepared:
    """Find the digits on a photo, a scan or a drawing, dark on light or light on dark.

    Args:
        picture: of :func:`study.pictures.read`.
        input_shape: (28, 28, 1).

    Returns:
        The digits line by line, each from left to right.

    Raises:
        StudyError: if the networks' images have another shape.
    """
    if input_shape != SHAPE:
        raise StudyError(
            f"pictures of digits become images of {SHAPE}, but the networks were trained on "
            f"{input_shape}; give the dataset `pictures: plain`"
        )
    small = picture.convert("L")
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    factor = picture.width / small.width
    grey = np.asarray(small, np.float64) / 255
    ink = narrow(without_paper(grey))
    try:
        labels, parts, left_out = pieces(ink)
    except TooManyError as error:
        steps = [("the picture", np.asarray(small))]
        return Prepared(steps, [], picture.width, reason=str(error))
    steps = [
        ("the picture", np.asarray(small)),
        ("without its background", _bytes(ink / max(float(ink.max()), FAINTEST))),
    ]

    def box(part: Part) -> tuple[int, int, int, int]:
        left, top, right, bottom = (
            round(side * factor) for side in (part.left, part.top, part.right, part.bottom)
        )
        return left, top, right, bottom

    found = []
    for part in lines(parts):
        whole = np.isin(labels[part.top : part.bottom, part.left : part.right], part.labels)
        own = ink[part.top : part.bottom, part.left : part.right] * whole
        found.append(Found(_bytes(of_mnists_size(own))[..., np.newaxis], box(part)))
    return Prepared(steps, found, picture.width, left_out=[box(part) for part in left_out])


def of_mnists_size(ink: Grey) -> Grey:
    """A digit's ink as an image of MNIST's size, from 0 to 1.

    Args:
        ink: of the rectangle around a digit, (height, width), 0 where there is none.
    """
    top = max(float(np.percentile(ink[ink > 0], 90)), FAINTEST)
    strong = np.clip((ink / top - 0.15) / 0.6, 0, 1)
    height, width = strong.shape
    scale = BOX / max(height, width)
    missing = (STROKE / scale - stroke_width(strong)) / 2
    if missing > 0.5:
        radius = min(round(missing), max(height, width) // 8)
        if radius:
            strong = widened(np.pad(strong, radius), radius)
            height, width = strong.shape
            scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    digit = np.clip(resized(strong, *size), 0, 1)
    digit /= max(float(np.percentile(digit, 97)), 1e-6)
    return centred(np.clip(digit, 0, 1))


def _bytes(image: Grey) -> Pixels:
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
