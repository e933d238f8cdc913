"""Ink without its paper, and how wide its strokes are."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

PAPER = 128
"""The paper's brightness is estimated on a picture of this size, in pixels."""


FAINTEST = 20 / 255
"""Ink that differs less from the paper is none."""


Grey = npt.NDArray[np.float64]


Mask = npt.NDArray[np.bool_]


def without_paper(grey: Grey) -> Grey:
    """How much each pixel differs from the paper around it, in the direction of the ink.

    The paper is what remains if strokes are filled up: a morphological closing removes what is
    darker and narrower than a quarter of the picture, an opening what is lighter. So shadows and
    uneven light, which are wider than strokes, belong to the paper.

    Args:
        grey: 0 for black to 1 for white, (height, width).

    Returns:
        From 0, without ink, to 1, (height, width).
    """
    height, width = grey.shape
    scale = min(1.0, PAPER / max(height, width))
    coarse = resized(grey, max(1, round(width * scale)), max(1, round(height * scale)))
    window = max(3, max(coarse.shape) // 4 | 1)
    dark = _is_dark_on_light(coarse)
    fill = ndimage.grey_closing if dark else ndimage.grey_opening
    padded = np.pad(coarse, window, mode="edge")
    paper = fill(padded, size=(window, window))[window:-window, window:-window]
    paper = resized(ndimage.uniform_filter(paper, 3), width, height)
    difference = paper - grey if dark else grey - paper
    sharp = np.clip(difference, 0, 1)
    smooth: Grey = ndimage.gaussian_filter(sharp, max(height, width) / 1500)
    return smooth


def widened(strong: Grey, radius: int) -> Grey:
    """Ink and what is no farther from it than a radius, in pixels."""
    if radius <= 4:
        thick: Grey = ndimage.grey_dilation(strong, footprint=_disk(radius))
        return thick
    # The time for a disk grows with its area, that for distances does not.
    distances = ndimage.distance_transform_edt(strong < 0.5)
    far: Grey = np.maximum(strong, np.clip(radius + 0.5 - distances, 0, 1))
    return far


def stroke_width(strong: Grey) -> float:
    """The mean width of strokes, in pixels.

    Across a stroke of width w, the distance to its edge is w / 4 on average.
    """
    mask = np.pad(strong > 0.5, 1)
    if not mask.any():
        return 1.0
    distances = ndimage.distance_transform_edt(mask)
    return max(1.0, 4 * float(distances[mask].mean()) - 1)


def _is_dark_on_light(grey: Grey) -> bool:
    """Whether ink is darker than the paper.

    Paper is at the picture's border, ink is not. Where that does not decide, since light or shadow
    is at the border, the direction counts in which narrow structures differ more.
    """
    width = max(1, min(grey.shape) // 20)
    inner = np.zeros(grey.shape, bool)
    inner[width:-width, width:-width] = True
    paper = float(np.median(grey[~inner]))
    low, high = np.percentile(grey, (2, 98))
    darker, lighter = paper - low, high - paper
    if max(darker, lighter) > 2 * min(darker, lighter):
        return bool(darker > lighter)
    window = max(5, max(grey.shape) // 10)
    dark = ndimage.black_tophat(grey, size=(window, window))
    light = ndimage.white_tophat(grey, size=(window, window))
    return bool((dark**2).sum() >= (light**2).sum())


def narrow(ink: Grey) -> Grey:
    """Ink without what is much wider than its strokes: edges of shadows, corners of the sheet."""
    strongest = float(np.percentile(ink, 99.8))
    width = stroke_width(ink / max(strongest, FAINTEST))
    window = int(max(7, 3 * width)) | 1
    if window >= min(ink.shape):
        return ink
    margin = window // 2
    eroded = ndimage.minimum_filter(ink, (window, window), mode="nearest")
    wide = ndimage.uniform_filter(ndimage.maximum_filter(eroded, (window, window)), max(1, margin))
    narrow: Grey = np.clip(ink - wide, 0, 1)
    return narrow


def _disk(radius: int) -> Mask:
    rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disk: Mask = rows**2 + columns**2 <= radius**2
    return disk


def resized(image: npt.NDArray[Any], width: int, height: int) -> Grey:
    """An image of fractions in another size: means of areas if smaller, else linear between."""
    way = Image.Resampling.BOX if width < image.shape[1] else Image.Resampling.BILINEAR
    picture = Image.fromarray(image.astype(np.float32))
    return np.asarray(picture.resize((width, height), way), np.float64)
