"""Moved in one of eight directions."""

import numpy as np

from study.corruptions import SIDE, Images

TITLE = "Shift (pixels)"
STRENGTHS = (1.0, 2.0, 3.0, 4.0, 6.0)
DIRECTIONS = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Move each image by `strength` pixels down or up, left or right, or both."""
    height, width = images.shape[1:3]
    pixels = max(1, round(strength * width / SIDE))
    padded = np.pad(images, [(0, 0), (pixels, pixels), (pixels, pixels), (0, 0)])
    chosen = generator.integers(0, len(DIRECTIONS), len(images))
    moved = np.empty_like(images)
    for number, (down, right) in enumerate(DIRECTIONS):
        top, left = pixels * (1 - down), pixels * (1 - right)
        own = chosen == number
        moved[own] = padded[own, top : top + height, left : left + width]
    return moved
