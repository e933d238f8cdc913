"""Bent, as by an unsteady hand (Simard, Steinkraus and Platt 2003)."""

import numpy as np
from scipy import ndimage

from study.corruptions import SIDE, Images

TITLE = "Elastic distortion (pixels)"
STRENGTHS = (0.5, 1.0, 1.5, 2.0, 2.5)

SMOOTH = 4.0
"""The standard deviation in pixels of the Gaussian that smooths the displacements."""


def corrupt(images: Images, strength: float, generator: np.random.Generator) -> Images:
    """Displace each pixel by smooth random amounts of a standard deviation in pixels."""
    count, height, width, channels = images.shape
    scale = width / SIDE
    fields = generator.standard_normal((2, count, height, width), dtype=np.float32)
    smooth = ndimage.gaussian_filter(fields, (0, 0, SMOOTH * scale, SMOOTH * scale), mode="wrap")
    smooth *= strength * scale / smooth.std(axis=(2, 3), keepdims=True)
    rows, columns = np.indices((height, width), dtype=np.float32)
    places = np.indices((count, height, width), dtype=np.float32)[0]
    sources = [places, rows + smooth[0], columns + smooth[1]]
    bent = [
        ndimage.map_coordinates(images[..., channel], sources, order=1, output=np.float32)
        for channel in range(channels)
    ]
    return np.stack(bent, axis=-1)
