"""Where MNIST has its digits: the centre of mass in the middle of the image (LeCun et al. 1998)."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

SIDE, BOX = 28, 20
"""Of an image, and of the square that a digit fits into, in pixels."""


def centred(digit: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """A digit in an image whose middle is the digit's centre of mass, as far as it fits.

    Args:
        digit: (height, width), each at most :data:`SIDE`; zero where there is no ink.

    Returns:
        float64 (28, 28).
    """
    corners = []
    for side, centre in zip(digit.shape, ndimage.center_of_mass(digit), strict=True):
        middle = (SIDE - side) // 2
        shift = int(np.round((SIDE - 1) / 2 - (centre + middle)))
        corners.append(int(np.clip(middle + shift, 0, SIDE - side)))
    top, left = corners
    image = np.zeros((SIDE, SIDE))
    image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return image
