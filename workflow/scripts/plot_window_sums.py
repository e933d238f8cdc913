"""Draw what a 5x5 kernel of ones does to an image, row by row."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import illustrations, style
from study.illustrations import Arrays
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

WINDOW = 5


def window_sums(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The convolution of (height, width) with 5x5 ones, zeros beyond the border: window sums."""
    padded = np.pad(image, WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (WINDOW, WINDOW))
    sums: npt.NDArray[np.float32] = windows.sum(axis=(2, 3))
    return sums


def draw(arrays: Arrays, about: dict[str, Any], columns: int) -> Figure:
    """Each row of pixels as a line, one above the other: before on the left, after on the right."""
    before = arrays["image"][..., 0]
    drawing, axes = style.figure(7.4, 1, 2, sharey=True)
    titles = ("Pixels, 0 to 1", f"Sums of {WINDOW} × {WINDOW} windows, 0 to {WINDOW**2}")
    for panel, values, title in zip(axes, (before, window_sums(before)), titles, strict=True):
        largest = values.max() or 1
        for row, line in enumerate(values):
            base = len(values) - 1 - row
            panel.fill_between(
                range(len(line)), base, base + 0.9 * line / largest, color=style.colour(0),
                alpha=0.25, lw=0,
            )  # fmt: skip
            panel.plot(range(len(line)), base + 0.9 * line / largest, color=style.colour(0), lw=1)
        panel.set(title=title, xlabel="Column")
        panel.grid(visible=False)
    axes[0].set_yticks(
        range(0, len(before), 3), [str(len(before) - 1 - i) for i in range(0, len(before), 3)]
    )
    axes[0].set_ylabel("Row of the image")
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        illustrations.draw_each(snakemake, draw)
