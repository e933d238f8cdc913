"""What docs/teaching.md says as a fact, held against committed tables and weights."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from study.prediction import weights

TEXT = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(TEXT.split())
RESULTS = ROOT / "docs" / "results"


def arrays(name: str) -> list[np.ndarray]:
    with np.load(ROOT / "workflow" / "weights" / f"{name}.npz") as stored:
        return [stored[key] for key in sorted(stored.files)]


def test_the_lesson_lasts_45_minutes() -> None:
    parts = [tuple(map(int, part)) for part in re.findall(r"^\| (\d+) to (\d+) \|", TEXT, re.M)]
    assert parts[0][0] == 0 and parts[-1][1] == 45
    assert all(one[1] == next_one[0] for one, next_one in itertools.pairwise(parts))


def test_every_exercise_is_done_in_the_lesson_and_has_an_answer() -> None:
    sheet, answers = TEXT.split("## Exercise sheet")[1].split("### Answers")
    numbers = [re.findall(r"^(\d)\. ", part, re.MULTILINE) for part in (sheet, answers)]
    assert numbers[0] == numbers[1]
    done = re.findall(r"Exercises? (\d)(?: and (\d))?", TEXT.split("## Questions")[0])
    assert [number for pair in done for number in pair if number] == numbers[0]


def test_the_table_of_networks() -> None:
    expected = [
        f"| {entry['title']} | {sum(array.size for array in arrays(entry['file'][:-4])):,} "
        f"| {100 * entry['accuracy']:.2f} % |"
        for entry in weights.index() if entry["name"].startswith("digits/")
    ]  # fmt: skip
    assert re.findall(r"^\| [\w -]+ \| [\d,]+ \| [\d.]+ % \|$", TEXT, re.MULTILINE) == expected


def test_numbers_of_the_published_study() -> None:
    variants = pd.read_csv(RESULTS / "variants.csv").set_index(["experiment", "variant"])
    linear = variants.loc[("softmax_regression", "default")]
    assert f"{100 * linear['accuracy']:.2f} %" in ONE_LINE
    assert f"10 · 784 + 10 = {linear['parameter_count']:,}" in ONE_LINE
    assert f"LeNet-5 has {variants.loc[('lenet5', 'original'), 'parameter_count']:,}" in ONE_LINE
    data = pd.read_csv(RESULTS / "datasets.csv").set_index("dataset").loc["mnist"]
    assert f"the {60_000:,} training images have {60_000 * 28 * 28:,} pixels" in ONE_LINE
    assert data["input_shape"] == "28 × 28 × 1" and int(data["train"]) == 60_000


def test_the_network_without_dropout_remembers_more_than_it_reads() -> None:
    history = pd.read_csv(RESULTS / "histories.csv")
    own = history[(history["experiment"] == "dropout_grid") & (history["variant"] == "dropout-0.0")]
    last = own[own["epoch"] == own["epoch"].max()]
    training, test = last["accuracy"].mean(), last["val_accuracy"].mean()
    assert f"{training:.4f} on its training images and {test:.4f} on test images" in ONE_LINE


@pytest.mark.parametrize(
    ("experiment", "true", "words"),
    [("softmax_regression", 2, "6. For an {};"), ("deep_cnn", 5, "a 5 for a {}.")],
)
def test_what_a_digit_is_most_often_taken_for(experiment: str, true: int, words: str) -> None:
    table = pd.read_csv(RESULTS / "confusion.csv", dtype={"true": str, "predicted": str})
    own = table[(table["experiment"] == experiment) & (table["true"] == str(true))]
    wrong = own[own["predicted"] != str(true)].groupby("predicted")["count"].sum()
    assert words.format(wrong.idxmax()) in ONE_LINE
    titles = pd.read_csv(RESULTS / "experiments.csv").set_index("experiment")["title"]
    assert f'"{titles[experiment]}"' in ONE_LINE


def test_the_kernel_of_the_first_map_is_bright_above_and_dark_below() -> None:
    rows = arrays("digits-lenet5")[0][:, :, 0, 0].astype(float).sum(axis=1)
    assert rows[:3].min() > 0 and rows[3:].max() < 0


def test_pixel_348_is_where_the_answer_says() -> None:
    row, column = divmod(348 - 1, 28)
    assert f"The pixel in row {row + 1}, column {column + 1} is number 348" in ONE_LINE


def test_what_the_lesson_names_is_on_the_page() -> None:
    templates = ROOT / "workflow" / "scripts" / "study" / "drawing" / "templates"
    page = "".join(file.read_text(encoding="utf-8") for file in templates.iterdir())
    for words in (
        ">Quiz<",
        ">Inside <",
        ">Eraser<",
        "`value ${one.channel + 1}`",
        " more`",
        "bias",
    ):
        assert words in page, words
