"""`make predict` from a fresh copy: pictures of all kinds, files that are none, predictions."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from sklearn.datasets import load_digits

import handwriting
from conftest import Checkout, copy_repository

NUMBER = 60


def predict(checkout: Checkout, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `make predict` runs, with the environment of the tests."""
    scripts = {"PYTHONPATH": str(checkout.path / "workflow" / "scripts")}
    return subprocess.run(
        [sys.executable, "-m", "study.prediction.command", *arguments],
        cwd=checkout.path, env=os.environ | scripts, text=True, capture_output=True, check=False,
    )  # fmt: skip


def rows(checkout: Checkout, name: str) -> list[dict[str, str]]:
    file = checkout.path / "results" / "predictions" / name / "predictions.csv"
    with file.open(newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, list[list[int]]]:
    """A copy of the repository that has read 60 imitated photos and some files that are none."""
    checkout = copy_repository(tmp_path_factory.mktemp("predict") / "with a space ü")
    labels = handwriting.write(checkout.path / "my photos", NUMBER)
    (checkout.path / "my photos" / "empty.png").touch()
    Image.new("RGB", (90, 60), "white").save(checkout.path / "my photos" / "blank.png")
    done = predict(checkout, "my photos")
    assert done.returncode == 1
    assert "3 of the files could not be used" in done.stderr, done.stderr  # and labels.csv
    assert "empty.png: the file is empty" in done.stderr
    return checkout, labels


def read(found: list[dict[str, str]], model: str) -> dict[str, str]:
    """What a model reads on each picture, its digits one after the other."""
    texts: dict[str, str] = {}
    for row in found:
        if row["model"] == model:
            texts[row["picture"]] = texts.get(row["picture"], "") + row["class_1"]
    return texts


def test_photos_are_read(photos: tuple[Checkout, list[list[int]]]) -> None:
    checkout, labels = photos
    texts = read(rows(checkout, "my photos"), "digits/small")
    known = {f"photo-{i:02}": "".join(map(str, digits)) for i, digits in enumerate(labels)}
    right = [name for name, text in texts.items() if known[name[:8]] == text]
    assert len(right) >= 0.85 * NUMBER, f"{len(right)} of {NUMBER} photos"


def test_files_without_a_prediction_have_a_reason(photos: tuple[Checkout, list[list[int]]]) -> None:
    reasons = {row["picture"]: row["reason"] for row in rows(photos[0], "my photos")}
    assert reasons["blank.png"] == "nothing was found on it"
    assert reasons["labels.csv"] == "it is not an image in a format that can be read"
    assert reasons["photo-00.jpg"] == ""


def test_the_page_shows_all_of_it(
    photos: tuple[Checkout, list[list[int]]], browser: Browser
) -> None:
    folder = photos[0].path / "results" / "predictions" / "my photos"
    for width in (1400, 390):
        context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto((folder / "index.html").as_uri())
        shown = page.locator("section.seen h2").all_text_contents()
        assert len([name for name in shown if name.startswith("photo-")]) == NUMBER
        assert len(shown) == NUMBER + 1
        assert "Nothing was found on it." in page.locator("section.seen").nth(0).text_content()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth)")
        context.close()


def test_another_hand_digits_of_scikit_learn(checkout: Checkout) -> None:
    folder = checkout.path / "enlarged"
    folder.mkdir()
    bunch = load_digits()
    for place in range(100):
        picture = Image.fromarray((bunch.images[place] * 15.9).astype(np.uint8)).resize((160, 160))
        whole = Image.new("L", (240, 240))
        whole.paste(picture, (40, 40))
        whole.save(folder / f"{place:03}.png")
    assert predict(checkout, "enlarged", "--model", "digits/small").returncode == 0
    texts = read(rows(checkout, "enlarged"), "digits/small")
    right = sum(texts[f"{place:03}.png"] == str(bunch.target[place]) for place in range(100))
    assert right >= 85, right


def test_a_trained_study_can_be_asked(demo: Checkout, tmp_path: Path) -> None:
    handwriting.write(tmp_path / "few", 3)
    (tmp_path / "few" / "labels.csv").unlink()
    out = tmp_path / "out"
    asked = ("--model", "lenet5/wide", "core_mlp", "--config", "config/demo.yaml")
    done = predict(demo, str(tmp_path / "few"), *asked, "--out", str(out))
    assert done.returncode == 0, done.stderr
    with (out / "predictions.csv").open() as file:
        assert {row["model"] for row in csv.DictReader(file)} == {"lenet5/wide", "core_mlp/default"}


def test_a_study_reads_the_pictures_that_its_config_names(demo: Checkout) -> None:
    handwriting.write(demo.path / "my {own} pictures", 2)
    place = "results/demo/predictions/my _own_ pictures"
    study = ("--configfile", "config/demo.yaml", "--config", "only=[lenet5]")
    done = demo.snakemake(*study, "predict=my {own} pictures", "--", f"{place}/index.html")
    assert done.returncode == 0, done.stdout
    folder = demo.path / place
    with (folder / "predictions.csv").open() as file:
        found = list(csv.DictReader(file))
    models = {f"lenet5/{name}" for name in ("original", "improved", "wide")}
    assert models < {row["model"] for row in found if not row["reason"]}
    assert "photo-00" in (folder / "index.html").read_text(encoding="utf-8")
    done = demo.snakemake("-n", *study, "predict=nowhere")
    assert "predict: there is no nowhere" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "there is no folder nowhere"),
        ((".", "--model", "digits/x"), "has no model 'digits/x'"),
        ((".", "--config", "config/demo.yaml"), "not trained yet"),
        ((".", "--config", "config/demo.yml"), "demo.yml"),
    ],
)
def test_mistakes_are_told_at_once(
    checkout: Checkout, arguments: tuple[str, ...], message: str
) -> None:
    done = predict(checkout, *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_weights_that_were_changed_are_refused(checkout: Checkout) -> None:
    file = checkout.path / "workflow" / "weights" / "digits-softmax.npz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    handwriting.write(checkout.path / "few", 1)
    done = predict(checkout, "few", "--model", "digits/softmax")
    assert done.returncode == 1
    assert "digits-softmax.npz is not the file that weights.json names" in done.stderr
