"""docs/training.md, followed as it stands there."""

import csv
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest

import reading
from conftest import Checkout, copy_repository
from study import config
from study.words import seconds

PAGE = reading.DOCS / "training.md"
GUIDE = reading.read(PAGE)
STUDY, RESULTS, *LONG, REPORT, SNAPSHOT = GUIDE.commands
ROW = re.compile(
    r"^\| (?:Fashion-)?MNIST \| (.+?) \| (.+?) \| (.+?) \| \[\w+\]\((.+?)\) \|$", re.MULTILINE
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository in which the guide's study has run."""
    found = copy_repository(tmp_path_factory.mktemp("training") / "a copy ü")
    reading.save(GUIDE, found)
    reading.done(found, STUDY)
    return found


@pytest.mark.long
def test_every_recipe_is_scored_on_images_that_were_held_out(trained: Checkout) -> None:
    with (trained.path / "results/modern/tables/runs.csv").open(encoding="utf-8") as file:
        runs = list(csv.DictReader(file))
    assert len(runs) == 2 + 3 * 2
    assert {run["splits.test"] for run in runs} == {"train[:20%]"}
    assert all(run["accuracy"] == run["last_val_accuracy"] for run in runs)
    means = pd.DataFrame(runs).astype({"accuracy": float}).groupby("variant")["accuracy"].mean()
    assert means["recipe"] > means["default"], means
    assert means.min() > 0.9, means


@pytest.mark.long
def test_the_runs_are_listed(trained: Checkout) -> None:
    listed = re.findall(r"^\w+ +[\w-]+ +\d +([\d.]+)", reading.done(trained, RESULTS), re.M)
    assert len(listed) == 8 and listed == sorted(listed, reverse=True)


@pytest.mark.long
def test_the_page_shows_what_the_recipe_does(trained: Checkout) -> None:
    folder = trained.path / "results" / "modern"
    about = json.loads((folder / "figures" / "augmentation" / "pictures.json").read_text())
    picture = about["pictures"][0]
    assert picture["experiment"] == "modern"
    assert "shift (fill zero, pixels 2)" in picture["note"]
    assert picture["note"] in (folder / "report.html").read_text(encoding="utf-8")


def test_the_last_training_sees_the_test_images(tmp_path: Path) -> None:
    text = GUIDE.files["config/modern.yaml"].partition("    variants:")[0]
    (tmp_path / "a.yaml").write_text(re.sub(r"^  splits:.*\n", "", text, flags=re.MULTILINE))
    runs = config.load([tmp_path / "a.yaml"]).runs
    splits = [run.settings["splits"] for run in runs]
    assert splits == [{"train": "train", "validation": None, "test": "test"}] * 4


def test_what_to_expect_is_what_the_tables_say() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 6
    for network, accuracy, time, table in rows:
        known = []
        for row in pd.read_csv(PAGE.parent / table).to_dict("records"):
            title = row["variant_title"] if row["variant"] != "default" else row["model"]
            spent = row["train_seconds"] if math.isnan(row["warm_seconds"]) else row["warm_seconds"]
            mean = f"{row['accuracy']:.4f} ± {row['accuracy_deviation']:.4f} (n = {row['seeds']})"
            known.append((title, mean, f"{spent:.2f} s" if spent < 60 else seconds(spent)))
        assert (network, accuracy, time) in known


def test_what_has_finished_is_reported_before_it_is_published() -> None:
    """On a study of seconds, tests/workflow/test_snapshot.py does both."""
    assert REPORT.endswith("--config missing=show")
    assert SNAPSHOT.endswith("MISSING=yes")


@pytest.mark.parametrize("command", LONG)
def test_long_studies_are_planned(checkout: Checkout, command: str) -> None:
    reading.save(GUIDE, checkout)
    planned = reading.done(checkout, f"{command} -n --quiet host reason rules")
    assert re.search(r"^train", planned, re.MULTILINE)
