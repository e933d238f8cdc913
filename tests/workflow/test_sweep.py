"""A sweep: packs of runs as jobs, tables over chunks, a page of its own."""

import csv
import json
import re
from pathlib import Path

import pytest

from conftest import SMALL_STUDY, Checkout, copy_repository, counts

SWEEP = f"""{SMALL_STUDY}
study: small_sweep
title: A small sweep
experiments:
  grid:
    title: Dropout & <width>
    dataset: digits
    splits: {{train: train, validation: test, test: test}}
    model: mlp
    grid: {{parameters.dropout: [0.1, 0.5], parameters.units: [4, 8, 12]}}
    pack: 5
    sweep: true
"""


def planned(checkout: Checkout, config: str) -> dict[str, int]:
    quiet = ("--quiet", "host", "reason", "rules")
    done = checkout.snakemake("-n", *quiet, "--configfile", config)
    assert done.returncode == 0, done.stdout
    return counts(done.stdout)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = copy_repository(tmp_path_factory.mktemp("sweep") / "a sweep ü")
    (checkout.path / "config" / "small.yaml").write_text(SWEEP)
    done = checkout.snakemake("--configfile", "config/small.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


def test_each_run_has_its_folder_and_its_row(finished: Checkout) -> None:
    study = finished.path / "results" / "small_sweep"
    folders = sorted(study.glob("runs/grid/*/seed-*"))
    assert len(folders) == 12
    files = {"history.csv", "predictions.npz", "model.keras", "run.json"}
    assert {file.name for folder in folders for file in folder.iterdir()} == files
    table = rows(study / "sweeps" / "grid" / "runs.csv")
    assert len(table) == 12
    for row in table:
        folder = study / "runs" / "grid" / row["variant"] / f"seed-{row['seed']}"
        record = json.loads((folder / "run.json").read_text())
        assert float(row["parameters.dropout"]) == record["settings"]["parameters"]["dropout"]
        assert int(row["parameters.units"]) == record["settings"]["parameters"]["units"]
        assert float(row["last_val_accuracy"]) == pytest.approx(float(row["accuracy"]))
    assert record["runs_in_job"] in (2, 5)


def test_variants_are_means_over_seeds(finished: Checkout) -> None:
    folder = finished.path / "results" / "small_sweep" / "sweeps" / "grid"
    runs, variants = rows(folder / "runs.csv"), rows(folder / "variants.csv")
    assert len(variants) == 6
    for variant in variants:
        own = [float(r["accuracy"]) for r in runs if r["variant"] == variant["variant"]]
        assert int(variant["seeds"]) == len(own) == 2
        assert float(variant["accuracy"]) == pytest.approx(sum(own) / 2)
        assert float(variant["accuracy_lowest"]) == min(own)


def test_the_page_stands_by_itself(finished: Checkout) -> None:
    page = (finished.path / "results" / "small_sweep" / "sweeps" / "grid.html").read_text()
    assert "12 runs of 6" in page
    assert "<h1>Dropout &amp; &lt;width&gt;</h1>" in page
    assert not re.search("https?:", page.replace("http://www.w3.org/", ""))
    assert page.count("data:image/") == 1


def test_nothing_is_left_to_do_and_a_changed_run_takes_its_pack(finished: Checkout) -> None:
    assert planned(finished, "config/small.yaml") == {}
    changed = finished.path / "config" / "changed.yaml"
    changed.write_text(SWEEP.replace("[4, 8, 12]", "[4, 8, 13]"))
    jobs = planned(finished, "config/changed.yaml")
    packs = [rule for rule in jobs if rule.startswith("train_grid_")]
    assert packs == ["train_grid_0"], "runs of one width lie in one pack"


def times_of_training(checkout: Checkout) -> dict[str, str]:
    records = (checkout.path / "results" / "small_sweep" / "runs").glob("*/*/*/run.json")
    return {str(file): json.loads(file.read_text())["finished"] for file in records}


def test_another_seed_trains_what_is_new_and_no_other(finished: Checkout) -> None:
    before = times_of_training(finished)
    more = finished.path / "config" / "more.yaml"
    more.write_text(
        SWEEP.replace("seeds: [0, 1]", "seeds: [0, 1, 2]").replace("pack: 5", "pack: 7")
    )
    done = finished.snakemake("--configfile", "config/more.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    after = times_of_training(finished)
    assert len(after) == 18
    assert before.items() <= after.items()
    table = rows(finished.path / "results" / "small_sweep" / "sweeps" / "grid" / "variants.csv")
    assert {row["seeds"] for row in table} == {"3"}


def test_a_run_that_fails_can_be_left_out(finished: Checkout) -> None:
    """Its pack's others are kept, and `missing: show` reports them and trains nothing."""
    before = times_of_training(finished)
    config = finished.path / "config" / "failing.yaml"
    grid = "grid: {training.optimizer.learning_rate: [0.001, 1.0e+30], parameters.units: [4, 8]}"
    config.write_text(re.sub("grid: {.*}", grid, SWEEP).replace("  grid:\n", "  rates:\n"))
    done = finished.snakemake("--configfile", "config/failing.yaml")
    assert done.returncode == 1
    assert "rates/learning_rate-1e+30_units-4/seed-0: training diverged" in done.stdout
    study = finished.path / "results" / "small_sweep"
    assert not list(study.glob("sweeps/rates*"))
    done = finished.snakemake("--configfile", "config/failing.yaml", "--config", "missing=show")
    assert done.returncode == 0, done.stdout[-5000:]
    table = rows(study / "sweeps" / "rates" / "runs.csv")
    assert {row["training.optimizer.learning_rate"] for row in table} == {"0.001"}
    assert len(table) == 4
    page = (study / "sweeps" / "rates.html").read_text()
    assert "4 of 8 runs are missing" in page
    assert "rates/learning_rate-1e+30_units-8/seed-1" in page
    assert before.items() <= times_of_training(finished).items()
