"""The features that a network's last layer classifies by, under dropout."""

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._inside import Arrays, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Features under dropout"
CAPTION = (
    "The features of one test image under dropout, by the fraction that is kept. What is kept is "
    "divided by that fraction, so that the expected sum stays the same."
)
ORDER = 80
PHOTOS = True


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    alt = "The features under dropout"
    yield from recorded_pictures(results, "dropped_features", draw, alt, "dropped_0")


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """One panel per fraction that is kept."""
    keep = about["keep"]
    drawing, axes = _style.figure(
        1.5 * len(keep), len(keep), 1, sharex=True, sharey=True, squeeze=False
    )
    for place, (panel, fraction) in enumerate(zip(axes[:, 0], keep, strict=True)):
        values = arrays[f"dropped_{place}"]
        panel.plot(values, color=_style.colour(place), lw=0.7)
        left = (values != 0).sum() / max(1, (arrays["features"] != 0).sum())
        panel.set_title(
            f"keep {fraction:g} (of the features above zero, {100 * left:.0f} % are left)",
            fontsize=9,
        )
        panel.margins(x=0.01)
    axes[-1, 0].set_xlabel("Feature")
    drawing.supylabel("Value, divided by the fraction that is kept", fontsize=10)
    return drawing
