"""What the figures of a network's inside have in common: a picture per recorded run and image."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from matplotlib.figure import Figure

from study.figures import Picture
from study.figures._tables import finished
from study.results import Array, Results

Arrays = Mapping[str, Array]
Draw = Callable[[Arrays, Mapping[str, Any], int], Figure]

MOST_ROWS = 8
"""A grid of maps has at most so many rows."""

COLUMNS = 8
"""Maps per row of an experiment that does not say how many."""


IMAGE, STATE = ("index",), ("trained",)
"""What a figure shows varies with: the image, whether the network is trained."""


def recorded_pictures(
    results: Results,
    figure: str,
    draw: Draw,
    alt: str,
    needed: str,
    varies_with: tuple[str, ...] = IMAGE + STATE,
) -> Iterator[Picture]:
    """Pictures of each recorded run whose experiment asks for the figure.

    Args:
        results: with `runs` and `activations`.
        figure: its name in the config.
        draw: gets the arrays, what is known of them, and how many maps to draw in a row.
        alt: what is drawn, the beginning of the alternative text.
        needed: the name of an array, or how it begins; a network without it has no picture.
        varies_with: a run has one picture for each of these.
    """
    variants = finished(results.table("runs"))
    drawn = set()
    for recorded in results.activations():
        row = variants.get(recorded.experiment, {}).get(recorded.variant)
        if row is None or figure not in str(row["illustrations"]).split():
            continue
        if not any(name.startswith(needed) for name in recorded.arrays):
            continue
        about, columns = recorded.about, row["illustrations.maps_per_row"]
        columns = int(columns) if columns == columns and columns != "" else COLUMNS
        state = "trained" if about["trained"] else "before training"
        words = {"trained": state, "index": f"test image {about['index']} ({about['class']})"}
        view = ", ".join(words[key] for key in reversed(words) if key in varies_with)
        picture = (recorded.experiment, recorded.variant, view)
        if picture in drawn:
            continue
        drawn.add(picture)
        yield Picture(
            name=f"{recorded.experiment}/{recorded.variant}/{_file_name(about, varies_with)}",
            draw=partial(draw, recorded.arrays, about, columns),
            alt=f"{alt} of {row['heading']}, {row['title']}: {view}.",
            note=f"{view[0].upper()}{view[1:]}.",
            about={"experiment": recorded.experiment, "variant": recorded.variant},
        )


def _file_name(about: Mapping[str, Any], varies_with: tuple[str, ...]) -> str:
    words = {
        "trained": "trained" if about["trained"] else "untrained",
        "index": f"image-{about['index']}",
    }
    return "-".join(words[key] for key in words if key in varies_with)


def first_maps(maps: Array, columns: int) -> tuple[Array, str]:
    """The maps that there is room for, (height, width, maps), and words if they are not all."""
    most, count = MOST_ROWS * columns, maps.shape[-1]
    return (maps, "") if count <= most else (maps[..., :most], f", the first {most} of {count}")


def described(layer: Mapping[str, Any]) -> str:
    """A layer in words: name, shape, activation."""
    activation = layer["activation"] if layer["activation"] not in ("", "linear") else ""
    after = f", after {activation}" if activation else ""
    return f"{layer['name']}: {' × '.join(map(str, layer['shape']))}{after}"
