"""What the figures of a network's inside share: reading stored arrays, a file a variant."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import style
from study.files import read_json

Arrays = dict[str, npt.NDArray[np.float32]]


def draw_each(snakemake: Any, draw: Callable[[Arrays, dict[str, Any], int], Figure]) -> None:
    """Draw each of a job's runs into `<folder>/<experiment>/<variant>`.

    Args:
        snakemake: the job: input `arrays` and `about` as `record_activations.py` writes them,
            output `folder`, param `illustrations`.
        draw: gets the arrays, what is known of them, and how many maps to draw in a row.
    """
    for file, about in zip(snakemake.input.arrays, snakemake.input.about, strict=True):
        experiment, variant = Path(file).parts[-3:-1]
        with np.load(file, allow_pickle=False) as stored:
            arrays = dict(stored)
        columns = snakemake.params.illustrations[experiment]["maps_per_row"]
        drawing = draw(arrays, read_json(about), columns)
        style.save_both(drawing, Path(snakemake.output.folder, experiment, variant))


def example(axes: Any, image: npt.NDArray[np.float32], title: str) -> None:
    """Draw the example itself, float32 (height, width, 1 or 3) in [0, 1], dark on light if grey."""
    grey = image.shape[-1] == 1
    axes.imshow(
        image[..., 0] if grey else image, cmap="gray_r", vmin=0, vmax=1, interpolation="none"
    )
    axes.set_title(title, fontsize=10)
    axes.axis("off")


def described(layer: dict[str, Any]) -> str:
    """A layer in words: name, activation, shape."""
    activation = layer["activation"] if layer["activation"] not in ("", "linear") else ""
    after = f", after {activation}" if activation else ""
    return f"{layer['name']}: {' × '.join(map(str, layer['shape']))}{after}"
