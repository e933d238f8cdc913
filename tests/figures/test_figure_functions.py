"""Figures of functions: the curves are the tabulated values."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study import figures
from study.figures import activations, relu, relu_and_sigmoid, softmax_bars, softmax_line
from study.results import Results


@pytest.fixture
def found(tmp_path: Path) -> Results:
    x = np.linspace(-10, 10, 401)
    vector = np.linspace(-4, 4, 201)
    table = {name: (x, np.tanh(x)) for name in activations.NINE}
    table["relu"] = (x, np.maximum(x, 0))
    table["softmax"] = (vector, np.exp(vector) / np.exp(vector).sum())
    four = np.array([2.0, -1.0, 1.0, 1.0])
    table["softmax_of_four"] = (four, np.exp(four) / np.exp(four).sum())
    rows = [(n, *point) for n, xy in table.items() for point in zip(*xy, strict=True)]
    file = tmp_path / "functions.csv"
    pd.DataFrame(rows, columns=["function", "x", "y"]).to_csv(file, index=False)
    draws = np.random.default_rng(0).uniform(-0.2, 0.2, 5000).astype(np.float32)
    np.savez(tmp_path / "draws.npz", draws=draws, stddev=np.float32(0.1))
    return Results({"functions": [str(file)], "draws": [str(tmp_path / "draws.npz")]})


def test_all_nine_activations_are_drawn(found: Results) -> None:
    axes = activations.draw(found.functions()).axes
    assert [panel.get_title(loc="left") for panel in axes] == list(activations.NINE)
    curve = axes[0].lines[-1].get_xydata()
    np.testing.assert_allclose(curve[:, 1], np.maximum(curve[:, 0], 0))


def test_relu_and_sigmoid_have_the_published_ranges(found: Results) -> None:
    axes = relu_and_sigmoid.draw(found.functions()).axes
    assert [panel.get_ylim() for panel in axes] == [(-1, 12), (-0.2, 1.2)]
    assert [panel.get_xlim() for panel in axes] == [(-10, 10)] * 2
    alone = relu.draw(found.functions()).axes[0].lines[-1].get_xdata()
    assert (alone.min(), alone.max()) == (-2, 2)


def test_softmax_bars_carry_the_published_values(found: Results) -> None:
    logits, probabilities = softmax_bars.draw(found.functions()).axes
    assert [text.get_text() for text in logits.texts] == ["2", "-1", "1", "1"]
    assert [text.get_text() for text in probabilities.texts] == ["0.56", "0.03", "0.21", "0.21"]
    line = softmax_line.draw(found.functions()).axes[0].lines[0].get_ydata()
    assert len(line) == 201
    assert line.sum() == pytest.approx(1)


def test_histogram_counts_every_draw(found: Results) -> None:
    (picture,) = figures.pictures("truncated_normal", found)
    assert picture.note == "5,000 draws, standard deviation 0.1."
    axes = picture.draw().axes[0]
    assert sum(bar.get_height() for bar in axes.patches) == 5000


def test_each_is_one_picture_and_none_where_the_function_is_not_tabulated(
    found: Results, tmp_path: Path
) -> None:
    file = tmp_path / "few.csv"
    file.write_text("function,x,y\nrelu,1,1\n")
    few = Results({"functions": [str(file)]})
    counts = {"relu": 1, "activations": 0, "relu_and_sigmoid": 0, "softmax_line": 0,
              "softmax_bars": 0}  # fmt: skip
    for name, count in counts.items():
        assert [picture.name for picture in figures.pictures(name, found)] == [name]
        assert len(list(figures.pictures(name, few))) == count
