"""The whole picture, scaled to the size of the training images."""

import numpy as np
from PIL import Image

from study import pictures
from study.preparation import Found, Prepared


def prepare(picture: Image.Image, input_shape: tuple[int, ...]) -> Prepared:
    """Scale a picture, whatever its aspect.

    Args:
        picture: of :func:`study.pictures.read`.
        input_shape: (height, width, channels) of the training images.
    """
    height, width, channels = input_shape
    image = pictures.pixels(picture, (height, width), channels)
    shown = picture.copy()
    shown.thumbnail((400, 400))
    found = Found(image, (0, 0, picture.width, picture.height))
    return Prepared([("the picture", np.asarray(shown))], [found], picture.width)
