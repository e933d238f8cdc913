"""Results on another file system, through Snakemake's storage plugin and a profile alone."""

import shutil
from pathlib import Path

import pytest

from conftest import SMALL_STUDY, Checkout, copy_repository

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("rsync") is None, reason="the plugin needs rsync"),
]

PROFILE = """
default-storage-provider: fs
default-storage-prefix: {}
"""

STUDY = f"""{SMALL_STUDY}
study: small
title: A small study
experiments:
  perceptron:
    title: A perceptron
    dataset: digits
    seeds: [0]
    splits: {{train: train, validation: test, test: test}}
    model: mlp
    variants:
      shorter: {{}}
      longer: {{training: {{epochs: 2}}}}
  grid:
    title: Widths
    dataset: digits
    seeds: [0]
    splits: {{train: train, validation: test, test: test}}
    model: mlp
    grid: {{parameters.units: [4, 8, 12]}}
    pack: 2
    sweep: true
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, Path]:
    """A checkout that has run the study, and where its results are."""
    folder = tmp_path_factory.mktemp("storage")
    checkout = copy_repository(folder / "here")
    (checkout.path / "stored").mkdir()
    (checkout.path / "stored" / "config.yaml").write_text(PROFILE.format(folder / "elsewhere"))
    (checkout.path / "config" / "small.yaml").write_text(STUDY)
    done = checkout.snakemake("--profile", "stored", "--configfile", "config/small.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout, folder / "elsewhere"


def test_all_results_are_elsewhere(finished: tuple[Checkout, Path]) -> None:
    checkout, elsewhere = finished
    results = elsewhere / "results" / "small"
    assert "A perceptron" in (results / "report.html").read_text()
    assert "Widths" in (results / "sweeps" / "grid.html").read_text()
    assert len(list(results.glob("runs/*/*/seed-*/run.json"))) == 5
    assert list(results.glob("logs/train/perceptron/longer/seed-0.log"))
    here = checkout.path / "results"
    assert {file.relative_to(here).parts[:2] for file in here.rglob("*") if file.is_file()} <= {
        ("small", "checkpoints"),
        ("small", "locks"),
    }


def test_nothing_is_left_to_do_and_a_lost_run_is_made_again(
    finished: tuple[Checkout, Path],
) -> None:
    checkout, elsewhere = finished
    options = ("--profile", "stored", "--configfile", "config/small.yaml")
    assert "Nothing to be done" in checkout.snakemake("-n", *options).stdout
    (
        elsewhere / "results" / "small" / "runs" / "perceptron" / "longer" / "seed-0" / "run.json"
    ).unlink()
    (elsewhere / "results" / "small" / "report.html").unlink()
    again = checkout.snakemake("-n", "--quiet", "host", "reason", *options).stdout
    assert "train_grid" not in again
    assert "train " in again
