"""How every figure looks: fonts, sizes, files. matplotlib without pyplot starts fast."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.files import atomic
from study.palette import colour as colour

WIDTH = 7.2
"""Inches; the text stays readable when a figure is shown at half of its width."""

GREY = "#666666"
"""The colour of marks that belong to no variant, such as lines of reference."""

SCRIPTS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "Hiragino Sans", "PingFang SC",
    "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "Noto Sans Devanagari", "Noto Sans Bengali",
    "Noto Sans Thai", "Noto Emoji", "Arial Unicode MS",
)  # fmt: skip
"""Fonts that have scripts which DejaVu lacks; used where they are installed."""


def _installed(names: Sequence[str]) -> list[str]:
    known = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in names if name in known]


matplotlib.rcParams.update(
    {
        # DejaVu comes with matplotlib: the same everywhere.
        "font.family": ["DejaVu Sans", *_installed(SCRIPTS)],
        "font.size": 11,
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#DDDDDD",
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "figure.constrained_layout.w_pad": 0.08,
        "figure.constrained_layout.h_pad": 0.08,
        "svg.hashsalt": "softmax2cnn",
        "svg.fonttype": "path",
    }
)


def figure(height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure of the standard width with axes, laid out so that nothing overlaps.

    Args:
        height: in inches.
        rows: rows of axes.
        columns: columns of axes.
        options: of `Figure.subplots`.
    """
    drawing = Figure(figsize=(WIDTH, height), layout="constrained")
    return drawing, drawing.subplots(rows, columns, **options)


def legend_above(drawing: Figure, handles: Sequence[Line2D], size: float = 10) -> None:
    """A legend above the axes, in as many columns as fit; the figure grows by its height."""
    longest = max((len(str(handle.get_label())) for handle in handles), default=0)
    columns = max(1, min(4, int(drawing.get_figwidth() * 72 / (size * (0.56 * longest + 4.5)))))
    rows = -(-len(handles) // columns)
    drawing.legend(
        handles=handles, loc="outside upper left", ncols=columns, fontsize=size, columnspacing=1.5
    )
    drawing.set_figheight(drawing.get_figheight() + rows * size * 1.55 / 72 + 0.1)


def save(drawing: Figure, stem: str | Path) -> None:
    """Write a figure to `<stem>.svg` and `<stem>.png` (200 dots per inch).

    Equal figures give equal files. If no installed font has a character, the text of the SVG is
    left to the browser, which has more fonts; otherwise it is drawn as lines.
    """
    # The layout takes longer than the drawing, and is the same for both files.
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        engine = drawing.get_layout_engine()
        if engine is not None:
            engine.execute(drawing)
            drawing.set_layout_engine("none")
        with atomic(f"{stem}.png") as temporary:
            drawing.savefig(temporary, dpi=200, metadata={"Software": None})
    lacking = [warning for warning in said if "missing from font" in str(warning.message)]
    for warning in said:
        if warning not in lacking:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    with warnings.catch_warnings(), matplotlib.rc_context():
        matplotlib.rcParams["svg.fonttype"] = "none" if lacking else "path"
        warnings.filterwarnings("ignore", message=".*missing from font")
        with atomic(f"{stem}.svg") as temporary:
            drawing.savefig(temporary, metadata={"Date": None})
