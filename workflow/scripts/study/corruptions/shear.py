"""Slanted to either side."""

import numpy as np

from study.corruptions import Images
from study.corruptions._affine import either, mapped

TITLE = "Shear (columns per row)"
STRENGTHS = (0.15, 0.3, 0.45, 0.6, 0.8)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Move each row by `strength` of its distance from the centre."""
    one, other = (mapped(images, [[1.0, 0.0], [slant, 1.0]]) for slant in (strength, -strength))
    return either(one, other, generator)
