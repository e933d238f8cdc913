"""Gaussian noise on each pixel."""

import numpy as np

from study.corruptions import Images

TITLE = "Noise (standard deviation)"
STRENGTHS = (0.1, 0.2, 0.3, 0.45, 0.6)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Add normal numbers of a standard deviation."""
    return images + strength * generator.standard_normal(images.shape, dtype=np.float32)
