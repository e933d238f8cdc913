"""What a 5 × 5 kernel of ones does to an image, row by row."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import grey_of
from study.figures._inside import IMAGE, Arrays, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Window sums"
CAPTION = (
    "What a 5 × 5 kernel of ones does, row by row of the image: it adds up each window, which "
    "blurs. Each line is one row of pixels."
)
ORDER = 40
PHOTOS = True

WINDOW = 5


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    alt = "Pixels and window sums"
    yield from recorded_pictures(results, "window_sums", draw, alt, "image", IMAGE)


def window_sums(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The convolution of (height, width) with 5 × 5 ones, zeros beyond the border."""
    padded = np.pad(image, WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (WINDOW, WINDOW))
    sums: npt.NDArray[np.float32] = windows.sum(axis=(2, 3))
    return sums


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """Each row of pixels as a line, one above the other: before on the left, after on the right."""
    before = grey_of(arrays["image"])
    drawing, axes = _style.figure(7.4, 1, 2, sharey=True)
    titles = ("Pixels, 0 to 1", f"Sums of {WINDOW} × {WINDOW} windows, 0 to {WINDOW**2}")
    for panel, values, title in zip(axes, (before, window_sums(before)), titles, strict=True):
        largest = values.max() or 1
        for row, line in enumerate(values):
            base = len(values) - 1 - row
            x, y = np.arange(len(line)), base + 0.9 * line / largest
            panel.fill_between(x, base, y, color=_style.colour(0), alpha=0.25, lw=0)
            panel.plot(x, y, color=_style.colour(0), lw=1)
        panel.set(title=title, xlabel="Column")
        panel.grid(visible=False)
    places = range(0, len(before), 3)
    axes[0].set_yticks(places, [str(len(before) - 1 - place) for place in places])
    axes[0].set_ylabel("Row of the image")
    return drawing
