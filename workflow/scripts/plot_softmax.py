"""Draw softmax: over a line of 201 numbers, and of four numbers as bars."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from plot_activation_functions import Functions, read
from study import style
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def line(functions: Functions) -> Figure:
    """Softmax of one vector, 201 numbers from -4 to 4."""
    drawing, axes = style.figure(3.2)
    axes.plot(*functions["softmax"], color=style.colour(0), lw=1.8)
    axes.set(xlabel="The vector's elements", ylabel="softmax (adds up to 1)")
    return drawing


def bars(functions: Functions) -> Figure:
    """A vector of four numbers, and below it its softmax, with the values on the bars."""
    drawing, axes = style.figure(4.6, 2, 1, sharex=True)
    logits, shares = functions["softmax_of_four"]
    for position, (panel, values, title, form) in enumerate(
        zip(axes, (logits, shares), ("Logits", "Their softmax"), ("{:g}", "{:.2f}"), strict=True)
    ):
        drawn = panel.bar(range(len(values)), values, color=style.colour(position), width=0.6)
        panel.bar_label(drawn, [form.format(value) for value in values], padding=2)
        panel.axhline(0, color="#888888", lw=0.8)
        panel.grid(visible=False, axis="x")
        panel.margins(y=0.18)
        panel.set(title=title)
    axes[1].set_xticks(range(len(logits)), [f"class {i}" for i in range(len(logits))])
    return drawing


if __name__ == "__main__":
    with job(snakemake):
        functions = read(snakemake.input.functions)
        output = snakemake.output
        style.save(line(functions), [output.softmax_line_svg, output.softmax_line_png])
        style.save(bars(functions), [output.softmax_bars_svg, output.softmax_bars_png])
