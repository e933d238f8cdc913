"""The test images that each variant got wrong with the highest confidence."""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._images import show_examples
from study.figures._tables import Rows, finished, first_variants, heading, records
from study.results import Array, Results
from study.splits import Split

NEEDS = ("runs", "mistakes", "examples")
SECTION = "predictions"
TITLE = "Most confident mistakes"
CAPTION = (
    "The test images that each variant got wrong with the highest confidence: true class → "
    "predicted class, and the probability that the prediction was given. With several seeds, the "
    "first is shown."
)
ORDER = 30
PHOTOS = True

COLUMNS = 8
"""Images per variant."""

SIZE = 8.5
"""The labels' size in points, if the classes' names leave room for it."""


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per experiment."""
    mistakes = dict(list(results.table("mistakes").groupby(["experiment", "variant", "seed"])))
    arrays: dict[str, dict[str, Array]] = {}
    for experiment, every in finished(results.table("runs")).items():
        rows, note = first_variants(every)
        worst, images = {}, {}
        for variant, row in rows.items():
            key = experiment, variant, row["seed"]
            own = mistakes[key].sort_values("rank")[:COLUMNS] if key in mistakes else None
            worst[variant] = results.table("mistakes")[:0] if own is None else own
            dataset = str(row["dataset"])
            if dataset not in arrays:
                arrays[dataset] = results.examples(dataset)
            images[variant] = of_split(arrays[dataset], row["splits.test"])[worst[variant]["index"]]
        yield Picture(
            name=experiment,
            draw=partial(draw, worst, images, rows),
            alt=f"The {COLUMNS} most confident mistakes of each variant of {heading(rows)}. "
            "They are listed in tables/mistakes.csv.",
            note=note,
            about={"experiment": experiment},
            size="broad",
        )


def of_split(arrays: Mapping[str, Array], text: str) -> npt.NDArray[np.uint8]:
    """The images of a split such as `test[:1000]`, uint8 (examples, height, width, channels)."""
    split = Split.parse(text)
    images = arrays[f"{split.name}_images"]
    return images[split.slice(len(images))]


def draw(
    mistakes: Mapping[str, pd.DataFrame],
    images: Mapping[str, npt.NDArray[np.uint8]],
    rows: Rows,
) -> Figure:
    """One row per variant: each image under its true class, the predicted one, the confidence.

    Args:
        mistakes: by variant, the worst of its rows of the table of mistakes, at most
            :data:`COLUMNS`; none for a variant without a mistake.
        images: by variant, the image of each of these rows, uint8 (rows, height, width, 1 or 3).
        rows: the variants, of the table of runs.
    """
    labels = {variant: _labels(own) for variant, own in mistakes.items()}
    every = [line for own in labels.values() for label in own for line in label.split("\n")]
    longest = max(map(len, every), default=1)
    size = min(SIZE, 0.9 * _style.WIDTH * 72 / COLUMNS / (0.56 * longest))
    lines = max(label.count("\n") + 1 for own in labels.values() for label in [*own, ""])
    height = 0.28 + _style.WIDTH / COLUMNS + SIZE * 1.2 * lines / 72
    drawing, axes = _style.figure(0.2 + height * len(rows), len(rows), 1, squeeze=False)
    for panel, (variant, row) in zip(axes[:, 0], rows.items(), strict=True):
        panel.axis("off")
        panel.set_title(row["title"], color=row["colour"], fontsize=10)
        own, shown = labels[variant], images[variant]
        if not own:
            panel.text(0, 0.5, "no mistake", transform=panel.transAxes)
            continue
        padding = np.zeros((COLUMNS - len(own), *shown.shape[1:]), np.uint8)
        if shown.shape[-1] > 1:
            padding[:] = 255
        show_examples(panel, np.concatenate([shown, padding]), own, COLUMNS, size)
    return drawing


def _labels(own: pd.DataFrame) -> list[str]:
    """Classes and confidence of each mistake, in two lines if the classes' names are short."""
    rows = [(m["true"], m["predicted"], f"{m['confidence']:.3f}") for m in records(own)]
    short = all(len(true) + len(predicted) <= 6 for true, predicted, _ in rows)
    between = " → " if short else "\n→ "
    return [f"{true}{between}{predicted}\n{confidence}" for true, predicted, confidence in rows]
