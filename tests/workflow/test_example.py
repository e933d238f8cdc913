"""The example of docs/training.md, run as it stands there on the embedded digits."""

import csv
import json
import re
from pathlib import Path

import pytest

from conftest import ROOT, Checkout, copy_repository

EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout: Checkout = copy_repository(tmp_path_factory.mktemp("example") / "copy")
    page = (ROOT / "docs" / "training.md").read_text()
    (text,) = EXAMPLE.findall(page)
    (checkout.path / "config" / "resnet.yaml").write_text(text)
    done = checkout.snakemake("--configfile", "config/resnet.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout.path / "results" / "resnet"


def test_the_network_learns(results: Path) -> None:
    with (results / "tables" / "runs.csv").open() as file:
        (run,) = csv.DictReader(file)
    assert float(run["accuracy"]) > 0.95
    assert run["training.averaging.name"] == "ema"


def test_the_page_shows_what_the_recipe_does(results: Path) -> None:
    about = json.loads((results / "figures" / "augmentation" / "pictures.json").read_text())
    (picture,) = about["pictures"]
    assert (picture["experiment"], picture["variant"]) == ("resnet", "default")
    assert "shift (fill zero, pixels 2) and affine" in picture["note"]
    html = (results / "report.html").read_text()
    assert picture["note"] in html
    assert "Weight decay exempt" in html
