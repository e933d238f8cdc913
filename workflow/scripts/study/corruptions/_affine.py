"""Linear maps of images around their centres."""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from study.corruptions import Images


def mapped(images: Images, matrix: npt.ArrayLike) -> Images:
    """Images of which each pixel comes from `matrix` times its place, seen from the centre.

    Args:
        images: float32 (examples, height, width, channels).
        matrix: (2, 2), of (row, column).
    """
    whole = np.eye(4)
    whole[1:3, 1:3] = np.asarray(matrix, float)
    centre = (np.array(images.shape) - 1) / 2
    found: Images = ndimage.affine_transform(
        images, whole, centre - whole @ centre, order=1, output=np.float32
    )
    return found


def either(one: Images, other: Images, generator: np.random.Generator) -> Images:
    """Of each example the image of `one` or of `other`, by chance."""
    return np.where(generator.random(len(one))[:, None, None, None] < 0.5, one, other)
