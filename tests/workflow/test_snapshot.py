"""The snapshot of a finished study's results, for the repository itself."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from finished_demo import edit, read

from conftest import SMALL_STUDY, Checkout, copy_repository
from study import manifest

FRONTIER = f"""
study: quick
title: How fast
{SMALL_STUDY}
experiments:
  digits:
    title: Digits
    question: How well after an epoch?
    dataset: digits
    model: mlp
    pack: 4
    variants: {{small: {{parameters: {{units: 16}}}}, large: {{parameters: {{units: 32}}}}}}
    frontier:
      kind: smallest
      tried: Nothing else was tried.
      known: [{{what: a person, accuracy: 0.99, parameters: 20000, source: an estimate}}]
  later: {{title: Later, dataset: digits, model: mlp, seeds: [0]}}
"""


@pytest.fixture
def cloned(demo: Checkout, tmp_path: Path) -> Checkout:
    """A git repository of its own, in which the demo's results are the replicates'."""
    checkout = copy_repository(tmp_path / "clone")
    (checkout.path / "config" / "short.yaml").write_text("extends: demo.yaml\nstudy: replicates\n")
    shutil.copytree(demo.path / "results" / "demo", checkout.path / "results" / "replicates")
    commit_all(checkout)
    return checkout


def commit_all(checkout: Checkout) -> None:
    git(checkout, "init", "--quiet")
    git(checkout, "config", "user.name", "A. Reader")
    git(checkout, "config", "user.email", "reader@example.org")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "All")


def git(checkout: Checkout, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=checkout.path, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def snapshot(
    checkout: Checkout, *arguments: str, config: str = "config/short.yaml"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/snapshot.py", config, *arguments],
        cwd=checkout.path, check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_a_snapshot_names_its_commit_and_fills_the_readme(cloned: Checkout) -> None:
    done = snapshot(cloned)
    assert done.returncode == 0, done.stderr
    folder = cloned.path / "docs" / "results"
    where = json.loads((folder / "provenance.json").read_text())
    assert where["commit"] == git(cloned, "rev-parse", "HEAD")
    html = (folder / "report.html").read_text()
    shown = re.findall('<img src="(?!data:)([^"$]+)"', html)  # Vega's code writes some, with $
    assert "figures/training_curves/lenet5.svg" in shown
    for picture in shown:
        assert (folder / picture).is_file()
    assert '<img src="data:' not in html
    readme = (cloned.path / "README.md").read_text()
    for row in read(folder / "variants.csv"):
        words = (row[key].replace("_", " ") for key in ("experiment", "variant"))
        start = f"| {' | '.join(words)} |"
        (line,) = [line for line in readme.splitlines() if line.startswith(start)]
        assert f"| {float(row['accuracy']):.4f} |" in line, "one seed has no deviation"
    for figure in re.findall(r"docs/results/figures/[\w./-]+", readme):
        assert (cloned.path / figure).is_file()

    before = contents(folder)
    edit(cloned, "docs/results/README.md", "The published study's results", "Results")
    (folder / "figures" / "comparison" / "comparison.svg").write_bytes(b"")
    done = snapshot(cloned, "--redraw")
    assert done.returncode == 0, done.stderr
    assert contents(folder) == before, "drawn from the same tables, everything is the same again"

    runs = (folder / "runs.csv").read_text()
    (folder / "runs.csv").write_text(runs.replace(",deep_cnn,train", ",lenet5,train"))
    done = snapshot(cloned, "--redraw")
    assert done.returncode != 0
    assert "deep_cnn/default had model = lenet5, now deep_cnn (seeds 0" in done.stdout
    assert "run the study first" in done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_a_snapshot_of_other_code_is_refused(cloned: Checkout) -> None:
    before = (cloned.path / "README.md").read_bytes()
    edit(cloned, "workflow/scripts/study/models/lenet5.py", "Dense(84", "Dense(83")
    done = snapshot(cloned)
    assert done.returncode != 0
    assert "commit first" in done.stderr
    git(cloned, "commit", "--all", "--quiet", "--message", "Another model")
    done = snapshot(cloned)
    assert done.returncode != 0
    assert "the results are not those of this code" in done.stderr
    assert (cloned.path / "README.md").read_bytes() == before


@pytest.mark.long
def test_another_study_gets_a_page_and_a_folder_for_each_experiment(tmp_path: Path) -> None:
    checkout = copy_repository(tmp_path / "clone")
    (checkout.path / "config" / "quick.yaml").write_text(FRONTIER)
    commit_all(checkout)
    before = (checkout.path / "README.md").read_bytes()
    asked = ("--configfile", "config/quick.yaml")
    wanted = [
        f"results/quick/runs/digits/{variant}/seed-{seed}/run.json"
        for variant in ("small", "large")
        for seed in (0, 1)
    ]
    for arguments in ([*asked, "--", *wanted], [*asked, "--config", "missing=show"]):
        done = checkout.snakemake(*arguments)
        assert done.returncode == 0, done.stdout[-5000:]
        assert "Select jobs" not in done.stdout
        assert ("digits/small seed 0: accuracy 0." in done.stdout) == (wanted[0] in arguments)
    done = snapshot(checkout, config="config/quick.yaml")
    assert done.returncode != 0
    assert "run the study first" in done.stderr
    done = snapshot(checkout, "--missing", config="config/quick.yaml")
    assert done.returncode == 0, done.stderr
    folder = checkout.path / "docs" / "quick"
    page = (folder / "README.md").read_text()
    runs = read(folder / "digits" / "runs.csv")
    mean = sum(float(run["accuracy"]) for run in runs if run["variant"] == "large") / 2
    assert f"| large | 25,450 | {mean:.4f} ± " in page
    assert "* a person: 0.9900, 20,000 parameters (an estimate)" in page
    assert "Nothing else was tried." in page
    assert "## later\n\nNot finished yet." in page
    where = json.loads((folder / "digits" / "provenance.json").read_text())
    assert where["commit"] == git(checkout, "rev-parse", "HEAD")
    assert where["commit"][:10] in page
    files = re.findall(r"\]\((\w+/[\w.-]+)\)", page)
    assert "digits/size_frontier.svg" in files
    for file in files:
        assert (folder / file).is_file()
    assert (checkout.path / "README.md").read_bytes() == before

    # On another machine, the rest: what was published before stays, with the texts of today.
    edit(checkout, "config/quick.yaml", "Nothing else was tried.", "Others were tried.")
    edit(checkout, "config/quick.yaml", "    title: Digits\n", "    title: Ten digits\n")
    edit(checkout, "config/quick.yaml", "what: a person", "what: two people")
    git(checkout, "commit", "--all", "--quiet", "--message", "Another text")
    shutil.rmtree(checkout.path / "results" / "quick")
    wanted = ["results/quick/runs/later/default/seed-0/run.json"]
    for arguments in ([*asked, "--", *wanted], [*asked, "--config", "missing=show"]):
        assert checkout.snakemake(*arguments).returncode == 0
    assert snapshot(checkout, "--missing", config="config/quick.yaml").returncode == 0
    assert read(folder / "digits" / "runs.csv") == [
        run | {"experiment_title": "Ten digits"} for run in runs
    ]
    again = (folder / "README.md").read_text()
    assert f"| large | 25,450 | {mean:.4f} ± " in again
    assert "Others were tried." in again
    assert "How small: Ten digits" in again
    assert "* two people: 0.9900, 20,000 parameters (an estimate)" in again
    assert manifest.main([str(folder / "digits")]) == 0
    assert "Not finished yet." not in again
