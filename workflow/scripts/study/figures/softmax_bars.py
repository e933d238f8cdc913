"""Softmax of four numbers as bars."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from study.figures import Picture, _style
from study.figures._functions import Functions, only_picture
from study.results import Results

NEEDS = ("functions",)
SECTION = "blocks"
TITLE = "Softmax of four numbers"
CAPTION = "Softmax of the logits [2, -1, 1, 1]: probabilities that sum to 1."
ORDER = 50


def pictures(results: Results) -> Iterator[Picture]:
    """One picture."""
    alt = "Bar charts of four logits and of their softmax."
    yield from only_picture(results, "softmax_bars", draw, alt, ("softmax_of_four",))


def draw(functions: Functions) -> Figure:
    """The vector, and below it its softmax, with the values on the bars."""
    drawing, axes = _style.figure(4.6, 2, 1, sharex=True)
    logits, probabilities = functions["softmax_of_four"]
    shown = ((logits, "Logits", "{:g}"), (probabilities, "Their softmax", "{:.2f}"))
    for place, (panel, (values, title, form)) in enumerate(zip(axes, shown, strict=True)):
        drawn = panel.bar(range(len(values)), values, color=_style.colour(place), width=0.6)
        panel.bar_label(drawn, [form.format(value) for value in values], padding=2)
        panel.axhline(0, color="#888888", lw=0.8)
        panel.grid(visible=False, axis="x")
        panel.margins(y=0.18)
        panel.set(title=title)
    axes[1].set_xticks(range(len(logits)), [f"class {i}" for i in range(len(logits))])
    return drawing
