"""Datasets of one's own, from files to the report: docs/own-data.md's example, and harder ones."""

import csv
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from browsing import Reader
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from conftest import ROOT, Checkout, copy_repository

CLASSES = ["circle", "Квадрат", "三角"]
"""Their order is that of their code points."""

LETTERS = [chr(ord("a") + place) for place in range(26)]

MARKUP = "<img src=x onerror=window.hacked=1>"
COMMAND = "$(touch hacked)`touch hacked`;touch hacked"
"""What must be shown as it is, and never be done: in every name that a user can choose."""

HOSTILE = [MARKUP, COMMAND, "{{ 7 * 7 }} {0} %s </>".replace("/", "\u2215")]

HARDER = f"""
study: harder
title: "Harder datasets {MARKUP}"
datasets:
  shapes:
    source: folder
    path: "{COMMAND}/shapes"
    height: 32
    width: 32
    channels: 3
    title: "{MARKUP}"
  letters: {{source: npz, path: letters.npz, title: Letters}}
defaults: {{device: cpu, training: {{epochs: 2}}}}
predict: "{COMMAND}/new"
drawing: {{letters: [letters/default]}}
experiments:
  colours:
    title: "{MARKUP}"
    question: "{COMMAND} {MARKUP}"
    dataset: shapes
    model: lenet5
    variants:
      first: {{title: "{MARKUP}"}}
  letters: {{dataset: letters, model: softmax_regression}}
"""


def shape(kind: int, rng: np.random.Generator) -> Image.Image:
    """A circle, a square or a triangle in a random place, dark on light."""
    picture = Image.new("RGB", (64, 48), (250, 240, 230))
    drawing, size = ImageDraw.Draw(picture), int(rng.integers(12, 22))
    x, y = (int(rng.integers(size, most - size)) for most in picture.size)
    box, ink = (x - size, y - size, x + size, y + size), tuple(rng.integers(0, 90, 3).tolist())
    if kind == 0:
        drawing.ellipse(box, fill=ink)
    elif kind == 1:
        drawing.rectangle(box, fill=ink)
    else:
        drawing.polygon([(x, y - size), (x - size, y + size), (x + size, y + size)], fill=ink)
    return picture


def pictures(folder: Path, count: int, classes: list[str] = CLASSES) -> None:
    rng = np.random.default_rng(0)
    for kind, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            shape(kind, rng).save(folder / name / f"{number}.png")


def letters(file: Path) -> None:
    rng = np.random.default_rng(0)
    drawn = []
    for letter in LETTERS * 20:
        picture = Image.new("L", (28, 28))
        ImageDraw.Draw(picture).text(
            tuple(rng.uniform(3, 10, 2)), letter, fill=255, font_size=float(rng.uniform(14, 20))
        )
        drawn.append(np.asarray(picture))
    np.savez(file, images=np.stack(drawn), labels=np.array(LETTERS * 20))


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The example of the documentation, run."""
    checkout = copy_repository(tmp_path_factory.mktemp("own") / "with a space ü")
    pictures(checkout.path / "my pictures", 40)
    (text,) = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "own-data.md").read_text(), re.DOTALL
    )
    (checkout.path / "config" / "mine.yaml").write_text(text)
    done = checkout.snakemake("--configfile", "config/mine.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


def table(checkout: Checkout, study: str, name: str) -> list[dict[str, str]]:
    with (checkout.path / "results" / study / "tables" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_everything_follows_from_the_folder(mine: Checkout) -> None:
    (about,) = table(mine, "mine", "datasets")
    assert about["input_shape"] == "28 × 28 × 1"
    assert (about["train"], about["test"], about["name"]) == ("96", "24", "own/my pictures")
    classes = table(mine, "mine", "classes")
    assert [row["class"] for row in classes[:3]] == CLASSES
    html = (mine.path / "results" / "mine" / "report.html").read_text(encoding="utf-8")
    assert all(name in html for name in CLASSES)
    accuracies = [float(run["accuracy"]) for run in table(mine, "mine", "runs")]
    assert len(accuracies) == 3 and min(accuracies) > 0.7


def test_an_unchanged_folder_is_read_once_and_a_changed_one_again(mine: Checkout) -> None:
    asked = ("-n", "--quiet", "host", "reason", "rules", "--configfile", "config/mine.yaml")
    assert "Nothing to be done" in mine.snakemake(*asked).stdout
    added = mine.path / "my pictures" / CLASSES[0] / "another.png"
    shutil.copyfile(added.with_name("0.png"), added)
    planned = mine.snakemake(*asked).stdout
    added.unlink()
    assert re.search(r"^fetch +1$", planned, re.MULTILINE)
    assert re.search(r"^train +3$", planned, re.MULTILINE)


@pytest.fixture(scope="module")
def harder(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Colours, 26 classes, and names that are markup, commands and templates."""
    checkout = copy_repository(tmp_path_factory.mktemp("harder") / "here")
    pictures(checkout.path / COMMAND / "shapes", 20, HOSTILE)
    new = checkout.path / COMMAND / "new"
    new.mkdir()
    for kind, name in enumerate(HOSTILE):
        shape(kind, np.random.default_rng(kind)).save(new / f"{name}.png")
    (new / f"{MARKUP}.txt").write_text("no picture")
    letters(checkout.path / "letters.npz")
    (checkout.path / "config" / "harder.yaml").write_text(HARDER)
    done = checkout.snakemake("--configfile", "config/harder.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


def test_colours_and_twenty_six_classes(harder: Checkout) -> None:
    shapes, of_letters = table(harder, "harder", "datasets")
    assert (shapes["input_shape"], shapes["train"]) == ("32 × 32 × 3", "48")
    assert (of_letters["input_shape"], of_letters["test"]) == ("28 × 28 × 1", "104")
    rows = [row for row in table(harder, "harder", "classes") if row["experiment"] == "letters"]
    assert [row["class"] for row in rows] == LETTERS


def test_names_are_shown_and_never_done(harder: Checkout, browser: Browser) -> None:
    results = harder.path / "results" / "harder"
    pages = sorted(page for page in results.rglob("*.html") if page.parent.name != ".last")
    assert [page.name for page in pages] == ["letters.html", "index.html", "report.html"]
    for page in pages:
        ready = "html[data-ready=yes]" if page.name == "report.html" else "body"
        reader = Reader(browser, page, ready)
        text = reader.page.locator("body").inner_text()
        assert reader.page.evaluate("window.hacked") is None
        assert reader.page.locator("img[src=x]").count() == 0
        assert reader.problems == []
        if page.name != "letters.html":
            assert MARKUP in text
            assert COMMAND in text
            assert HOSTILE[2] in text
        reader.context.close()
    assert not list(harder.path.rglob("hacked"))
