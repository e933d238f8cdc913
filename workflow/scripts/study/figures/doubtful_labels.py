"""Test images whose labels human raters doubt, and what each network says of them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from study.figures import Picture, _style
from study.figures._tables import finished, records
from study.figures.mistakes import of_split
from study.results import Results

NEEDS = ("runs", "doubtful", "examples")
SECTION = "data"
TITLE = "Labels that human raters doubt"
CAPTION = (
    "Test images of which fewer than three of five human raters chose the label (Northcutt, "
    "Athalye and Mueller 2021). The raters saw only images that a network had flagged because it "
    "disagreed with the label, so leaving these images out raises the accuracy of networks in "
    "general. Below each image its label and the class that was proposed instead, with the votes "
    "for either; then what each network says, with several seeds the first. The accuracy without "
    "these images is in the table of results."
)
ORDER = 40
PHOTOS = True

COLOURS = {"label": "#FFFFFF", "proposed": "#9CC7E8", "another class": "#F2C29B"}

Rows = list[tuple[str, pd.DataFrame]]


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per dataset and test split that has such images."""
    runs, doubts = results.table("runs"), results.table("doubtful")
    own = dict(list(doubts.groupby(["experiment", "variant", "seed"], sort=False)))
    found: dict[tuple[str, str], Rows] = {}
    titles: dict[str, str] = {}
    for every in finished(runs).values():
        for variant, row in every.items():
            key = str(row["experiment"]), variant, row["seed"]
            if key in own:
                names = str(row["experiment_title"]), str(row["title"])
                label = names[0] if names[1] == "default" else f"{names[0]}: {names[1]}"
                where = str(row["dataset"]), str(row["splits.test"])
                found.setdefault(where, []).append((label, own[key]))
                titles[where[0]] = str(row["dataset_title"])
    several = len({dataset for dataset, _ in found}) < len(found)
    for number, ((dataset, split), rows) in enumerate(found.items()):
        images = of_split(results.examples(dataset), split)[rows[0][1]["index"]]
        yield Picture(
            name=f"{dataset}/{number}" if several else dataset,
            draw=partial(draw, images, rows),
            alt=f"The {len(images)} test images of {titles[dataset]} with doubtful labels, and the "
            "class that each network predicts. The values are in tables/doubtful.csv.",
            about={"dataset": dataset},
            size="broad",
        )


def draw(images: npt.NDArray[np.uint8], rows: Rows) -> Figure:
    """Images in a row, and below them a table of predictions.

    Args:
        images: uint8 (examples, height, width, 1 or 3).
        rows: of each network its title, and its rows of the table, one per image.
    """
    first = rows[0][1]
    height = 0.23 * (len(rows) + 3)
    drawing, axes = _style.figure(1.0 + height)
    drawing.set_figwidth(_style.WIDTH * 1.35)
    axes.set_xlim(-0.5, len(images) - 0.5)
    axes.set_ylim(-len(rows) - 0.5, 4.2)
    axes.axis("off")
    for place, (image, doubt) in enumerate(zip(images, records(first), strict=True)):
        panel = axes.inset_axes((place - 0.46, 2.1, 0.92, 2.1), transform=axes.transData)
        grey = image.shape[-1] == 1
        panel.imshow(image[..., 0] if grey else image, cmap="gray_r", interpolation="none")
        panel.axis("off")
        votes = doubt["votes_label"], doubt["votes_proposed"]
        for line, text in enumerate((f"{doubt['label']} ({votes[0]})",
                                     f"{doubt['proposed']} ({votes[1]})")):  # fmt: skip
            axes.text(place, 1.6 - line, text, ha="center", va="center", fontsize=8)
    for y, text in ((1.6, "label (votes)"), (0.6, "proposed (votes)")):
        axes.text(-0.7, y, text, ha="right", va="center", fontsize=8.5, fontweight="bold")
    for row, (title, predictions) in enumerate(rows):
        axes.text(-0.7, -row - 0.4, title, ha="right", va="center", fontsize=8.5)
        for place, said in enumerate(records(predictions)):
            kind = "another class"
            if said["predicted"] == said["label"]:
                kind = "label"
            elif said["predicted"] == said["proposed"]:
                kind = "proposed"
            axes.add_patch(_cell(place, row, COLOURS[kind]))
            axes.text(place, -row - 0.4, said["predicted"], ha="center", va="center", fontsize=8)
    handles: list[Any] = [
        Patch(facecolor=colour, edgecolor="#8896A8", label=f"says: {kind}")
        for kind, colour in COLOURS.items()
    ]
    _style.legend_above(drawing, handles, size=9)
    return drawing


def _cell(place: int, row: int, colour: str) -> Any:
    corner = (place - 0.46, -row - 0.84)
    return Rectangle(corner, 0.92, 0.88, facecolor=colour, edgecolor="#D4D9DF", lw=0.6)
