"""Pieces of ink that belong together, and the lines in which they stand."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from study.preparation._ink import FAINTEST, Grey

MOST = 500
"""A picture with more pieces of ink is not a picture of digits."""


SMALLEST = 0.3
"""A piece of ink lower than this fraction of the tallest one is not a digit."""


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
        """Whether it has the size of a digit, given the height of the tallest in pixels."""
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
