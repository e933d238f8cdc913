"""What can happen to an image on its way to a classifier: one file per corruption.

A corruption is a file `<name>.py` with

    TITLE      what the page calls it, with the unit of its strengths
    STRENGTHS  five numbers, from weak to strong
    corrupt(images, strength, generator) -> images

Images are float32 (examples, height, width, channels) in [0, 1], zero beyond the border; lengths in
pixels are those of an image of 28 pixels, and grow with the image. The kinds follow Hendrycks and
Dietterich 2019 ("Benchmarking neural network robustness to common corruptions and perturbations");
the strengths are ours.
"""

import importlib
import zlib
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.float32]

LEVELS = (1, 2, 3, 4, 5)
SIDE = 28
"""Strengths in pixels are for images of this width."""


class Corruption(Protocol):
    """What the file of a corruption has."""

    TITLE: str
    STRENGTHS: tuple[float, float, float, float, float]

    def corrupt(self, images: Images, strength: float, generator: np.random.Generator) -> Images:
        """The images, corrupted; see above."""


def files() -> list[Path]:
    """The file of each corruption, sorted."""
    return sorted(Path(__file__).parent.glob("[a-z]*.py"))


def names() -> list[str]:
    """The names of all corruptions, sorted."""
    return [file.stem for file in files()]


def about(name: str) -> Corruption:
    """The module of a corruption."""
    found: Any = importlib.import_module(f"study.corruptions.{name}")
    corruption: Corruption = found
    return corruption


def corrupted(name: str, level: int, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Images under a corruption; the same call gives the same images.

    Args:
        name: of the corruption.
        level: one of :data:`LEVELS`, or 0 for the images as they are.
        images: uint8 (examples, height, width, channels).
    """
    if level == 0:
        return images
    corruption = about(name)
    generator = np.random.default_rng([zlib.crc32(name.encode()), level])
    strength = corruption.STRENGTHS[level - 1]
    scaled = (images / 255).astype(np.float32)
    changed = corruption.corrupt(scaled, strength, generator)
    rounded: npt.NDArray[np.uint8] = np.rint(np.clip(changed, 0, 1) * 255).astype(np.uint8)
    return rounded
