"""Turned around its centre, to either side."""

import math

import numpy as np

from study.corruptions import Images
from study.corruptions._affine import either, mapped

TITLE = "Rotation (degrees)"
STRENGTHS = (10.0, 20.0, 30.0, 45.0, 60.0)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Turn each image by `strength` degrees."""
    cosine, sine = math.cos(math.radians(strength)), math.sin(math.radians(strength))
    one = mapped(images, [[cosine, sine], [-sine, cosine]])
    other = mapped(images, [[cosine, -sine], [sine, cosine]])
    return either(one, other, generator)
