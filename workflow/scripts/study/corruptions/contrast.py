"""Less contrast."""

import numpy as np

from study.corruptions import Images

TITLE = "Contrast (fraction left)"
STRENGTHS = (0.8, 0.6, 0.4, 0.2, 0.1)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Bring each pixel nearer to the mean of its image."""
    means = images.mean(axis=(1, 2), keepdims=True)
    faded: Images = means + strength * (images - means)
    return faded
