"""A part is covered."""

import numpy as np

from study.corruptions import SIDE, Images

TITLE = "Occlusion (side of the square, pixels)"
STRENGTHS = (4.0, 6.0, 8.0, 10.0, 14.0)


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Set a square to zero, anywhere in the image."""
    height, width = images.shape[1:3]
    side = min(height, max(1, round(strength * width / SIDE)))
    top = generator.integers(0, height - side + 1, len(images))[:, None]
    left = generator.integers(0, width - side + 1, len(images))[:, None]
    rows, columns = np.arange(height), np.arange(width)
    in_rows = (rows >= top) & (rows < top + side)
    in_columns = (columns >= left) & (columns < left + side)
    covered = in_rows[:, :, None] & in_columns[:, None, :]
    return np.where(covered[..., None], np.float32(0), images)
