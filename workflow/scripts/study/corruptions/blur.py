"""Out of focus."""

import numpy as np
from scipy import ndimage

from study.corruptions import SIDE, Images

TITLE = "Blur (pixels)"
STRENGTHS = (0.5, 1.0, 1.5, 2.0, 2.5)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Convolve each image with a Gaussian of a standard deviation in pixels."""
    sigma = strength * images.shape[2] / SIDE
    blurred: Images = ndimage.gaussian_filter(images, (0, sigma, sigma, 0), mode="constant")
    return blurred
