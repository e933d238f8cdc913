"""Draw an experiment's training curves: loss and accuracy, training against validation."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

History = npt.NDArray[Any]

NAMES = {"loss": "Cross-entropy loss (nats)", "accuracy": "Accuracy"}


def draw(
    histories: dict[str, list[History]], places: dict[str, int], validation: str | None
) -> Figure:
    """Two panels, a colour a variant; with several seeds the mean, and a band of min to max.

    Args:
        histories: for each variant, the histories of its seeds as structured arrays.
        places: each variant's place in its experiment, from which its colour follows.
        validation: the split that validation values are of; None if there are none.
    """
    drawing, axes = style.figure(3.4, 1, 2)
    for panel, name in zip(axes, NAMES, strict=True):
        for variant, seeds in histories.items():
            position = places[variant]
            columns = seeds[0].dtype.names or ()
            if f"batch_{name}" in columns:
                _line(panel, seeds, f"batch_{name}", position, "solid")
            else:
                _line(panel, seeds, name, position, "solid")
            if validation:
                _line(panel, seeds, f"val_{name}", position, "dashed")
        by_step = "batch_accuracy" in (next(iter(histories.values()))[0].dtype.names or ())
        panel.set(xlabel="Step" if by_step else "Epoch", ylabel=NAMES[name])
    axes[0].set_yscale("log")
    handles = [Line2D([], [], color="#555555", label="training")]
    if validation:
        label = "test split, watched" if validation.startswith("test") else "validation split"
        handles.append(Line2D([], [], color="#555555", linestyle="dashed", label=label))
    if len(histories) > 1:
        handles += [
            Line2D([], [], color=style.colour(places[v]), lw=3, label=style.short(v))
            for v in histories
        ]
    drawing.legend(handles=handles, loc="outside right upper")
    drawing.set_size_inches(style.WIDTH * 1.25, 3.6)
    return drawing


def _line(panel: Any, seeds: list[History], column: str, position: int, dashes: str) -> None:
    by_step = "batch_accuracy" in (seeds[0].dtype.names or ())
    x = np.atleast_1d(seeds[0]["step"] if by_step else seeds[0]["epoch"] + 1)
    values = np.stack([np.atleast_1d(seed[column]) for seed in seeds])
    colour = style.colour(position)
    panel.plot(x, values.mean(axis=0), color=colour, ls=dashes, lw=1.3, marker="o" * (len(x) < 3))
    if len(seeds) > 1:
        panel.fill_between(x, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2, lw=0)


if __name__ == "__main__":
    with job(snakemake):
        histories: dict[str, list[History]] = {}
        for file in snakemake.input.histories:
            history = np.genfromtxt(file, delimiter=",", names=True)
            histories.setdefault(Path(file).parts[-3], []).append(history)
        places = {variant: i for i, variant in enumerate(snakemake.params.variants)}
        drawing = draw(histories, places, snakemake.params.validation)
        style.save(drawing, [snakemake.output.svg, snakemake.output.png])
