"""The accuracy of each class for all variants of the study as one heat map."""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._tables import finished, of_variants
from study.results import Results
from study.words import spaced

NEEDS = ("variants", "class_means")
SECTION = "comparison"
TITLE = "Accuracy of each class in every variant"
CAPTION = (
    "Percentage of each class's test images that are classified correctly, the mean over seeds. "
    "Colours go by the error, on a logarithmic scale: from 99 to 99.5 is as far as from 80 to 90."
)
ORDER = 20

MOST_NUMBERS = 20
"""With more classes than this there are no numbers in the cells, and only some labels."""


def pictures(results: Results) -> Iterator[Picture]:
    """One picture of all variants."""
    found = of_variants(results.table("class_means"))
    named: dict[str, pd.DataFrame] = {}
    for experiment, rows in finished(results.table("variants")).items():
        for variant, row in rows.items():
            if (experiment, variant) in found:
                name = spaced(experiment)
                name += "" if variant == "default" else f": {row['title']}"
                named[name] = found[experiment, variant]
    if named:
        yield Picture(
            name="class_heatmap",
            draw=partial(draw, tables(named)),
            alt="Heat map of the accuracy of each class in each variant. "
            "The values are in tables/class_means.csv.",
            size="broad",
        )


def tables(named: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Variants' rows of the table of class means as one table for each set of classes.

    Returns:
        Accuracies: one row per variant, one column per class.
    """
    panels: dict[tuple[str, ...], dict[str, list[float]]] = {}
    for name, own in named.items():
        panels.setdefault(tuple(own["class"]), {})[name] = own["accuracy"].tolist()
    return [
        pd.DataFrame.from_dict(panel, orient="index", columns=list(classes))
        for classes, panel in panels.items()
    ]


def draw(tables: list[pd.DataFrame]) -> Figure:
    """One panel per set of classes.

    Args:
        tables: for each set of classes, accuracies: one row per variant, one column per class.
    """
    import seaborn as sns

    heights = [len(table) + 2 for table in tables]
    drawing, axes = _style.figure(
        0.8 + 0.27 * sum(heights), len(tables), 1, squeeze=False,
        gridspec_kw={"height_ratios": heights},
    )  # fmt: skip
    drawing.set_size_inches(_style.WIDTH * 1.3, drawing.get_figheight())
    for panel, table in zip(axes[:, 0], tables, strict=True):
        numbers = len(table.columns) <= MOST_NUMBERS
        percent = [[f"{100 * value:.1f}" for value in row] for row in table.to_numpy()]
        sns.heatmap(
            np.maximum(1 - table.to_numpy(float), 1e-6),
            ax=panel,
            cmap="cividis_r",
            norm=LogNorm(0.002, 0.5, clip=True),
            annot=percent if numbers else None,
            fmt="",
            annot_kws={"fontsize": 8},
            linewidths=0.4 if numbers else 0,
            cbar=False,
            rasterized=not numbers,
        )
        for text in panel.texts:
            text.set_in_layout(False)  # it is inside the axes; asking for its size takes long
        classes = [str(name) for name in table.columns]
        step = -(-len(classes) // 30)
        turned = max(map(len, classes)) > 2
        panel.set_xticks(
            np.arange(0, len(classes), step) + 0.5, classes[::step],
            rotation=30 if turned else 0, ha="right" if turned else "center",
        )  # fmt: skip
        panel.set_yticks(np.arange(len(table)) + 0.5, list(table.index), fontsize=9, rotation=0)
        panel.tick_params(length=0)
        panel.grid(visible=False)
    mesh = axes[0, 0].collections[0]
    bar = drawing.colorbar(mesh, ax=list(axes[:, 0]), shrink=min(1.0, 0.6 + 1 / sum(heights)))
    ticks = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    labels = [f"{100 * (1 - tick):g}" for tick in ticks]
    bar.set_ticks(ticks, labels=[f"≥ {labels[0]}", *labels[1:-1], f"≤ {labels[-1]}"])
    bar.minorticks_off()
    bar.set_label("Recognised images of the class (%)")
    bar.ax.invert_yaxis()
    bar.outline.set_visible(False)
    return drawing
