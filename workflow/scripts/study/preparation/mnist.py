"""Handwritten digits, prepared the way MNIST was: found one by one, white on black, centred.

MNIST's digits were scaled into a square of 20 pixels without changing their aspect, and placed in
28 x 28 with their centre of mass in the middle (LeCun et al. 1998). Their strokes are two to four
pixels wide, so thin ones are widened here: a pen's line on a photo would be faint after scaling.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from study.errors import StudyError
from study.pictures import Pixels
from study.preparation import Found, Prepared
from study.preparation._centred import BOX, centred

SHAPE = (28, 28, 1)

LONGEST = 1000
"""Larger pictures are scaled down to this many pixels, since strokes are wide enough then."""

PAPER = 128
"""The paper's brightness is estimated on a picture of this size, in pixels."""

MOST = 500
"""A picture with more pieces of ink is not a picture of digits."""

SMALLEST = 0.3
"""A piece of ink lower than this fraction of the tallest one is not a digit."""

FAINTEST = 20 / 255
"""Ink that differs less from the paper is none."""

STROKE = 2.4
"""The least width of a stroke in the prepared image, in pixels."""

Grey = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """A connected piece of ink.

    Attributes:
        labels: its pieces' labels.
        top, bottom, left, right: the rectangle around it, in pixels; ends are exclusive.
        area: its pixels.
    """

    labels: tuple[int, ...]
    top: int
    bottom: int
    left: int
    right: int
    area: int

    @property
    def height(self) -> int:
        """Of the rectangle, in pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Of the rectangle, in pixels."""
        return self.right - self.left

    def is_inside(self, shape: tuple[int, ...]) -> bool:
        """Whether it does not touch the border of a picture of (height, width)."""
        return bool(self.top and self.left) and self.bottom < shape[0] and self.right < shape[1]

    def is_like(self, tallest: int) -> bool:
        """Whether it has the size of a digit, beside one that is so many pixels tall."""
        return 0.5 * tallest <= self.height <= 1.3 * tallest and self.width <= 1.2 * self.height

    def joined(self, other: "Part") -> "Part":
        """Both as one."""
        return Part(
            (*self.labels, *other.labels),
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
            self.area + other.area,
        )


class TooManyError(Exception):
    """A picture has too many pieces of ink; the message is for people."""


def prepare(picture: Image.Image, input_shape: tuple[int, ...]) -> Prepared:
    """Find the digits on a photo, a scan or a drawing, dark on light or light on dark.

    Args:
        picture: of :func:`study.pictures.read`.
        input_shape: (28, 28, 1).

    Returns:
        The digits line by line, each from left to right.

    Raises:
        StudyError: if the networks' images have another shape.
    """
    if input_shape != SHAPE:
        raise StudyError(
            f"pictures of digits become images of {SHAPE}, but the networks were trained on "
            f"{input_shape}; give the data set `pictures: plain`"
        )
    small = picture.convert("L")
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    factor = picture.width / small.width
    grey = np.asarray(small, np.float64) / 255
    ink = _narrow(without_paper(grey))
    try:
        labels, parts, left_out = pieces(ink)
    except TooManyError as error:
        steps = [("the picture", np.asarray(small))]
        return Prepared(steps, [], picture.width, reason=str(error))
    steps = [
        ("the picture", np.asarray(small)),
        ("without its background", _bytes(ink / max(float(ink.max()), FAINTEST))),
    ]

    def box(part: Part) -> tuple[int, int, int, int]:
        left, top, right, bottom = (
            round(side * factor) for side in (part.left, part.top, part.right, part.bottom)
        )
        return left, top, right, bottom

    found = []
    for part in lines(parts):
        whole = np.isin(labels[part.top : part.bottom, part.left : part.right], part.labels)
        own = ink[part.top : part.bottom, part.left : part.right] * whole
        found.append(Found(_bytes(of_mnists_size(own))[..., np.newaxis], box(part)))
    return Prepared(steps, found, picture.width, left_out=[box(part) for part in left_out])


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
    coarse = _resized(grey, max(1, round(width * scale)), max(1, round(height * scale)))
    window = max(3, max(coarse.shape) // 4 | 1)
    dark = _is_dark_on_light(coarse)
    fill = ndimage.grey_closing if dark else ndimage.grey_opening
    padded = np.pad(coarse, window, mode="edge")
    paper = fill(padded, size=(window, window))[window:-window, window:-window]
    paper = _resized(ndimage.uniform_filter(paper, 3), width, height)
    difference = paper - grey if dark else grey - paper
    sharp = np.clip(difference, 0, 1)
    smooth: Grey = ndimage.gaussian_filter(sharp, max(height, width) / 1500)
    return smooth


def pieces(ink: Grey) -> tuple[npt.NDArray[np.int32], list[Part], list[Part]]:
    """Connected pieces of ink, without specks, the pieces of one digit together.

    Ink is what has a quarter of the strongest ink's strength and touches what has half of it.

    Returns:
        The label of each pixel's piece, int32 (height, width), 0 for none; the digits; and what
        is too large for a speck, but was not taken for a digit.

    Raises:
        TooManyError: if there are more than :data:`MOST` pieces.
    """
    strongest = float(np.percentile(ink, 99.8)) if ink.size > 5000 else float(ink.max())
    strongest = max(strongest, 0.6 * float(ink.max()))
    if strongest < FAINTEST:
        return np.zeros(ink.shape, np.int32), [], []
    labels, count = ndimage.label(ink > 0.25 * strongest, np.ones((3, 3)))
    strength = ndimage.maximum(ink, labels, range(1, count + 1))
    areas = ndimage.sum_labels(np.ones(ink.shape), labels, range(1, count + 1))
    found = []
    for label, (place, area, peak) in enumerate(
        zip(ndimage.find_objects(labels), areas, np.atleast_1d(strength), strict=True), 1
    ):
        if peak >= 0.5 * strongest:
            rows, columns = place
            found.append(
                Part((label,), rows.start, rows.stop, columns.start, columns.stop, int(area))
            )
    return labels, *_digits(found, ink.shape)


def lines(parts: list[Part]) -> list[Part]:
    """Digits in the order in which they are read: line by line, from left to right."""
    rows: list[list[Part]] = []
    for part in sorted(parts, key=lambda part: part.top + part.bottom):
        middle = (part.top + part.bottom) / 2
        for row in rows:
            if min(p.top for p in row) <= middle <= max(p.bottom for p in row):
                row.append(part)
                break
        else:
            rows.append([part])
    return [part for row in rows for part in sorted(row, key=lambda part: part.left)]


def of_mnists_size(ink: Grey) -> Grey:
    """A digit's ink as an image of MNIST's size, from 0 to 1.

    Args:
        ink: of the rectangle around a digit, (height, width), 0 where there is none.
    """
    top = max(float(np.percentile(ink[ink > 0], 90)), FAINTEST)
    strong = np.clip((ink / top - 0.15) / 0.6, 0, 1)
    height, width = strong.shape
    scale = BOX / max(height, width)
    missing = (STROKE / scale - stroke_width(strong)) / 2
    if missing > 0.5:
        radius = min(round(missing), max(height, width) // 8)
        if radius:
            strong = widened(np.pad(strong, radius), radius)
            height, width = strong.shape
            scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    digit = np.clip(_resized(strong, *size), 0, 1)
    digit /= max(float(np.percentile(digit, 97)), 1e-6)
    return centred(np.clip(digit, 0, 1))


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


def _narrow(ink: Grey) -> Grey:
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


def _digits(parts: list[Part], shape: tuple[int, ...]) -> tuple[list[Part], list[Part]]:
    """The pieces without specks, those that stand above each other as one; and what is left out.

    What touches the picture's border is the end of a line or a shadow, unless all ink does, or it
    looks like the other digits.
    """
    largest = max((part.area for part in parts), default=0)
    parts = [part for part in parts if part.area >= 0.02 * largest]
    if len(parts) > MOST:
        raise TooManyError(
            f"it has {len(parts):,} pieces of ink, and at most {MOST} are taken for digits"
        )
    if not parts:
        return [], []
    inside = [part for part in parts if part.is_inside(shape)]
    tallest = max(part.height for part in inside or parts)
    kept = [part for part in parts if not inside or part.is_inside(shape) or part.is_like(tallest)]
    merged = _merged(kept, tallest)
    digits = [part for part in merged if max(part.height, part.width) >= SMALLEST * tallest]
    gone = [part for part in parts if part not in kept] + [p for p in merged if p not in digits]
    return digits, [part for part in gone if max(part.height, part.width) >= tallest / 8]


def _merged(parts: list[Part], tallest: int) -> list[Part]:
    """Pieces of one digit as one, again and again until none are left to join."""
    while True:
        joined: list[Part] = []
        for part in parts:
            for place, other in enumerate(joined):
                if _belong_together(other, part, tallest):
                    joined[place] = other.joined(part)
                    break
            else:
                joined.append(part)
        if len(joined) == len(parts):
            return joined
        parts = joined


def _belong_together(one: Part, other: Part, tallest: int) -> bool:
    """Whether two pieces are of one digit, as a 5 and its bar: one is above the other, and near."""
    across = min(one.right, other.right) - max(one.left, other.left)
    gap = max(one.top, other.top) - min(one.bottom, other.bottom)
    whole = max(one.bottom, other.bottom) - min(one.top, other.top)
    near = gap <= 0.25 * tallest and whole <= 1.3 * tallest
    return across >= 0.4 * min(one.width, other.width) and near


def _disk(radius: int) -> Mask:
    rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disk: Mask = rows**2 + columns**2 <= radius**2
    return disk


def _resized(image: npt.NDArray[Any], width: int, height: int) -> Grey:
    """An image of fractions in another size: means of areas if smaller, else linear between."""
    way = Image.Resampling.BOX if width < image.shape[1] else Image.Resampling.BILINEAR
    picture = Image.fromarray(image.astype(np.float32))
    return np.asarray(picture.resize((width, height), way), np.float64)


def _bytes(image: Grey) -> Pixels:
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
