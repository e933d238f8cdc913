"""Draw each run's confusion matrix; each row, a true class, sums to 1."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def draw(shares: npt.NDArray[np.float64], names: list[str]) -> Figure:
    """A heat map of (true, predicted) shares with the numbers written in."""
    drawing, axes = style.figure(6.4)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.grid(visible=False)
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{share:.4f}",
            ha="center",
            va="center",
            fontsize=7.5,
            color="white" if share > 0.5 else "black" if share >= 0.00005 else "#999999",
        )
    turned = 45 if max(map(len, names)) > 2 else 0
    axes.set_xticks(range(len(names)), names, rotation=turned, ha="right" if turned else "center")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="Predicted class", ylabel="True class")
    drawing.colorbar(image, ax=axes, label="Share of the true class", shrink=0.8)
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        for file in snakemake.input.confusion:
            with open(file, newline="", encoding="utf-8") as text:
                rows = list(csv.DictReader(text))
            names = list(dict.fromkeys(row["true"] for row in rows))
            shares = np.array([float(row["share"] or "nan") for row in rows])
            drawing = draw(shares.reshape(len(names), len(names)), names)
            style.save_both(drawing, Path(snakemake.output.folder, *Path(file).parts[-4:-1]))
