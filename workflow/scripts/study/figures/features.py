"""The features that a network's last layer classifies by."""

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._inside import Arrays, recorded_pictures
from study.results import Results

NEEDS = ("runs", "activations")
SECTION = "inside"
TITLE = "Features"
CAPTION = "The features of one test image: the numbers that the last layer classifies by."
ORDER = 70
PHOTOS = True


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per recorded run."""
    yield from recorded_pictures(results, "features", draw, "The features", "features")


def draw(arrays: Arrays, about: Mapping[str, Any], columns: int) -> Figure:
    """The features of one image as a line."""
    features = arrays["features"]
    drawing, axes = _style.figure(2.6)
    axes.plot(features, color=_style.colour(0), lw=0.7)
    axes.set(xlabel=f"Feature (of {len(features):,})", ylabel="Value after the activation")
    axes.margins(x=0.01)
    return drawing
