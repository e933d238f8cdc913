"""What it costs to add a thing: one file (or one function, or one row), and nothing else."""

import csv
import json
import zipfile
from pathlib import Path

import pytest

from conftest import SMALL_STUDY, Checkout, copy_repository

PACKAGE = "workflow/scripts/study"

MODEL = '''
"""A linear model with a hidden layer of its own."""

import keras

from study.parameters import Count


def build(input_shape: tuple[int, ...], num_classes: int, *, width: Count = 8) -> keras.Model:
    """Flatten, dense, dense."""
    layers = keras.layers
    stack = [keras.Input(input_shape), layers.Flatten(), layers.Dense(width, activation="tanh")]
    return keras.Sequential([*stack, layers.Dense(num_classes)], name="tiny")
'''

DATA_SOURCE = '''
"""Stripes: images of which the class is the place of a bright row."""

from pathlib import Path

import numpy as np

from study.datasets import Loaded
from study.parameters import Count

ORDERS = ("source",)


def load(scratch: Path, *, examples: Count = 300) -> Loaded:
    """Noise with a bright row, three classes."""
    generator = np.random.default_rng(0)
    arrays = {}
    for split in ("train", "test"):
        labels = generator.integers(0, 3, examples).astype(np.int32)
        images = generator.integers(0, 60, (examples, 12, 12, 1)).astype(np.uint8)
        images[np.arange(examples), 2 + 3 * labels] += 180
        arrays |= {f"{split}_images": images, f"{split}_labels": labels}
    return Loaded(arrays, ["top", "middle", "bottom"], {"name": "stripes", "homepage": "here"})
'''

OPTIMIZER = '''
"""Gradient descent by the sign of each gradient."""

import tensorflow as tf

from study.parameters import Positive


class Optimizer:
    """Sign descent."""

    def __init__(self, variables, decayed=None, *, learning_rate: Positive = 0.01):
        self.variables = variables
        self.scalars = {"learning_rate": learning_rate}
        self.slots = []

    def apply(self, gradients, step, scalars, rates):
        for variable, gradient, rate in zip(self.variables, gradients, rates, strict=True):
            variable.assign_sub(rate * tf.sign(gradient))
'''

FIGURE = '''
"""The accuracy of each run as a bar."""

from study.figures import Picture
from study.figures._style import figure

NEEDS = ("runs",)
SECTION = "comparison"
TITLE = "Accuracy as bars"
CAPTION = "One bar per run, drawn by a figure that nobody lists."


def pictures(results):
    """One picture for the whole study."""
    runs = results.table("runs")

    def draw():
        drawing, axes = figure(3)
        axes.bar(range(len(runs)), runs["accuracy"], color=runs["colour"])
        return drawing

    yield Picture("bars", draw, "Bars of the accuracy of each run.")
'''

MEASURE = '''
"""How long a variant's history is."""

from study.claims.kinds import Experiment, Variant


def rows(results, *, experiment: Experiment, variant: Variant = "default"):
    """The number of rows that the history of a variant has."""
    return [float(len(results.of(results.histories, experiment, variant)))]
'''

METRIC = '''

@metric("fraction wrong", ".4f")
def error_rate(predictions: Predictions) -> float:
    """The fraction of examples whose class is predicted wrongly."""
    return 1 - accuracy(predictions)
'''

CLAIM = """
- {tutorial: S9, claim: Eight epochs, experiment: e, measure: rows, published: 8, tolerance: 0}
"""

ADDED = {
    f"{PACKAGE}/models/tiny.py": MODEL,
    f"{PACKAGE}/datasets/stripes.py": DATA_SOURCE,
    f"{PACKAGE}/training/optimizers/sign.py": OPTIMIZER,
    f"{PACKAGE}/figures/bars.py": FIGURE,
    f"{PACKAGE}/claims/measures/counts.py": MEASURE,
    "config/own_claims.yaml": CLAIM,
}

STUDY = SMALL_STUDY.replace("digits: {source: digits, title: Digits}", "mine: {source: stripes}")
STUDY += """
study: added
title: Everything added
claims: own_claims.yaml
experiments:
  e:
    dataset: mine
    model: tiny
    parameters: {width: 6}
    training: {optimizer: {name: sign, learning_rate: 0.002}, epochs: 8}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository to which one of each thing was added, and a study of them."""
    checkout = copy_repository(tmp_path_factory.mktemp("adding") / "copy")
    for file, text in ADDED.items():
        (checkout.path / file).write_text(text.lstrip("\n"))
    with (checkout.path / PACKAGE / "evaluation" / "metrics.py").open("a") as file:
        file.write(METRIC)
    (checkout.path / "config" / "added.yaml").write_text(STUDY)
    done = checkout.snakemake("--configfile", "config/added.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


@pytest.fixture
def results(finished: Checkout) -> Path:
    return finished.path / "results" / "added"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def test_a_model_a_data_source_and_an_optimiser_are_one_file_each(results: Path) -> None:
    runs = rows(results / "tables" / "runs.csv")
    assert {run["model"] for run in runs} == {"tiny"}
    assert {run["parameters.width"] for run in runs} == {"6"}
    assert {run["training.optimizer.name"] for run in runs} == {"sign"}
    assert {run["dataset_name"] for run in runs} == {"stripes"}
    assert all(float(run["accuracy"]) > 0.9 for run in runs), "and it learns"
    record = json.loads((results / "runs/e/default/seed-0/run.json").read_text())
    assert record["layers"][1]["activation"] == "tanh"


def test_a_metric_is_one_function(results: Path) -> None:
    runs = rows(results / "tables" / "runs.csv")
    for run in runs:
        assert float(run["error_rate"]) == pytest.approx(1 - float(run["accuracy"]))
    (variant,) = rows(results / "tables" / "variants.csv")
    expected = sum(float(run["error_rate"]) for run in runs) / len(runs)
    assert float(variant["error_rate"]) == pytest.approx(expected)
    assert "fraction wrong" in (results / "report.html").read_text().lower()


def test_a_measure_is_one_function_and_a_claim_one_row(results: Path) -> None:
    (claim,) = rows(results / "tables" / "scorecard.csv")
    shown = [claim[key] for key in ("claim", "ours", "seeds", "deviation", "reproduced")]
    assert shown == ["Eight epochs", "8", "2", "0", "yes"]
    assert "Eight epochs" in (results / "report.html").read_text()


def test_a_figure_is_one_file(finished: Checkout, results: Path, tmp_path: Path) -> None:
    """It is on the page, and in Snakemake's own report, with its caption."""
    words = "drawn by a figure that nobody lists"
    assert (results / "figures" / "bars" / "bars.svg").is_file()
    assert (results / "report.html").read_text().count(words) == 1
    archive = tmp_path / "archive.zip"
    done = finished.snakemake("--configfile", "config/added.yaml", "--report", str(archive))
    assert done.returncode == 0, done.stdout[-3000:]
    with zipfile.ZipFile(archive) as stored:
        page = next(name for name in stored.namelist() if name.endswith("report.html"))
        text = stored.read(page).decode()
    assert words in text
    assert "Accuracy as bars" in text
