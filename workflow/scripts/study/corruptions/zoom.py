"""Smaller."""

import numpy as np

from study.corruptions import Images
from study.corruptions._affine import mapped

TITLE = "Zoom (size left)"
STRENGTHS = (0.9, 0.8, 0.7, 0.6, 0.5)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Shrink each image to `strength` of its size."""
    return mapped(images, [[1 / strength, 0], [0, 1 / strength]])
