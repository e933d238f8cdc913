"""The demo study end to end, and what a second call to Snakemake then does."""

import csv
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import Checkout, copy_repository, counts

CONFIG = ("--configfile", "config/demo.yaml")
LENET_RUNS = 5
RUNS = 22


@pytest.fixture
def results(demo: Checkout) -> Path:
    return demo.path / "results" / "demo"


@pytest.fixture
def edited(demo: Checkout) -> Iterator[Checkout]:
    """The finished demo; source files that a test edits are put back."""
    kept = {
        file: file.read_bytes()
        for folder in ("workflow", "config")
        for file in (demo.path / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    yield demo
    for file, content in kept.items():
        if file.read_bytes() != content:
            file.write_bytes(content)


def edit(checkout: Checkout, file: str, old: str, new: str) -> None:
    path = checkout.path / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as text:
        return list(csv.DictReader(text))


def plan(checkout: Checkout, *arguments: str) -> dict[str, int]:
    done = checkout.snakemake("-n", "--quiet", "host", "reason", "rules", *CONFIG, *arguments)
    assert done.returncode == 0, done.stdout
    return counts(done.stdout)


# What the study produces --------------------------------------------------------------------------


def test_table_of_runs(results: Path) -> None:
    runs = read(results / "tables" / "runs.csv")
    assert len(runs) == RUNS
    for run in runs:
        low, accuracy, high = (float(run[k]) for k in ("accuracy_low", "accuracy", "accuracy_high"))
        assert low < accuracy < high
        assert accuracy > 0.85, run
        assert float(run["peak_memory_mb"]) < 2000
        assert run["device_kind"] in ("cpu", "gpu")


def test_run_folder_agrees_with_tables(results: Path) -> None:
    row = next(r for r in read(results / "tables" / "runs.csv") if r["variant"] == "dropout-0.4")
    folder = results / "runs" / "dropout_grid" / "dropout-0.4" / "seed-0"
    stored = np.load(folder / "predictions.npz", allow_pickle=False)
    assert stored["logits"].dtype == np.float32
    accuracy = (stored["logits"].argmax(axis=1) == stored["labels"]).mean()
    assert float(row["accuracy"]) == pytest.approx(accuracy)
    history = read(folder / "history.csv")
    assert list(history[0]) == ["epoch", "step", "loss", "accuracy", "val_loss", "val_accuracy"]
    assert [int(r["epoch"]) for r in history] == list(range(20))
    # The test split is also the one that was watched, so its last value is the result.
    assert float(history[-1]["val_accuracy"]) == pytest.approx(accuracy)
    run = json.loads((folder / "run.json").read_text())
    data = json.loads((results / "data" / "digits" / "dataset.json").read_text())
    assert run["data_fingerprint"] == data["fingerprint"]
    assert run["settings"]["parameters"]["dropout"] == 0.4
    assert run["versions"].keys() == {"python", "tensorflow", "keras", "numpy"}
    names = {"kind", "name", "threads", "jit_compile", "microbatches_at_once"}
    assert run["device"].keys() == names


def test_log_points_of_a_run_counted_in_steps(results: Path) -> None:
    history = read(results / "runs" / "softmax_regression" / "default" / "seed-0" / "history.csv")
    assert [int(row["step"]) for row in history] == [100, 200, 300]
    assert all(0 <= float(row["batch_accuracy"]) <= 1 for row in history)


def test_confusion_matrix_rows_sum_to_one(results: Path) -> None:
    table = read(results / "tables" / "confusion.csv")
    cells = [c for c in table if (c["experiment"], c["variant"]) == ("lenet5", "wide")]
    assert len(cells) == 100
    for true in map(str, range(10)):
        assert sum(float(c["fraction"]) for c in cells if c["true"] == true) == pytest.approx(1)


def test_saved_model_was_rescored(results: Path) -> None:
    folder = results / "runs" / "core_mlp" / "default" / "seed-22"
    assert (folder / "saved_model" / "saved_model.pb").is_file()
    scored = json.loads((folder / "export.json").read_text())
    row = next(r for r in read(results / "tables" / "runs.csv") if r["experiment"] == "core_mlp")
    assert scored["different"] == 0
    assert scored["accuracy"] == pytest.approx(float(row["accuracy"]))


def test_scorecard_judges_architecture_and_not_other_data(results: Path) -> None:
    rows = read(results / "tables" / "scorecard.csv")
    exact = [row for row in rows if row["basis"] == "exact"]
    assert len(exact) == 8
    assert all(row["reproduced"] == "yes" for row in exact), exact
    claim = next(row for row in rows if "test accuracy .9923" in row["claim"])
    assert claim["reproduced"] == "not comparable"
    assert "the claim is about mnist, this study has digits" in claim["remark"]


def test_figures_are_whole(results: Path) -> None:
    figures = list((results / "figures").rglob("*.svg"))
    by_kind = Counter(figure.relative_to(results / "figures").parts[0] for figure in figures)
    experiments = {row["experiment"] for row in read(results / "tables" / "experiments.csv")}
    runs = read(results / "tables" / "runs.csv")
    for kind in ("training_curves", "class_accuracy", "reliability", "mistakes"):
        assert by_kind[kind] == len(experiments)
    assert by_kind["confusion_matrix"] == len(runs)
    assert by_kind["curves"] == len(read(results / "tables" / "curves.csv"))
    for kind in ("feature_maps", "kernels", "wireframes"):
        asked = [run for run in runs if kind in run["illustrations"].split()]
        assert by_kind[kind] == len({(run["experiment"], run["variant"]) for run in asked}) > 0
    for folder in (results / "figures").iterdir():
        about = json.loads((folder / "pictures.json").read_text())
        drawn = {f.relative_to(folder).with_suffix("").as_posix() for f in folder.rglob("*.svg")}
        assert {picture["name"] for picture in about["pictures"]} == drawn
        assert drawn, f"{folder.name} draws nothing of this study"
    for figure in figures:
        assert ElementTree.parse(figure).getroot().tag.endswith("svg")
        pixels = np.asarray(Image.open(figure.with_suffix(".png")).convert("L"))
        assert pixels.shape[1] >= 800  # 4 inches at 200 dots an inch
        assert (pixels < 200).mean() > 0.004, figure
        assert (pixels > 250).mean() > 0.05, figure


def test_each_job_has_a_log_and_a_benchmark(results: Path) -> None:
    logs = {p.relative_to(results / "logs").with_suffix("") for p in results.rglob("logs/**/*.log")}
    times = {
        p.relative_to(results / "benchmarks").with_suffix("")
        for p in results.rglob("benchmarks/**/*.tsv")
    }
    assert logs == times
    assert len(logs) > RUNS
    log = (results / "logs" / "train" / "lenet5" / "wide" / "seed-0.log").read_text()
    assert "epoch 9 step 150 loss" in log
    assert "done: train" in log


# Reruns are exact ---------------------------------------------------------------------------------


def test_unchanged_study_runs_nothing(demo: Checkout) -> None:
    assert plan(demo) == {}


def test_editing_a_model_retrains_its_runs_and_nothing_else(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/models/lenet5.py", "Dense(84", "Dense(83")
    planned = plan(edited)
    assert planned["train"] == LENET_RUNS
    assert planned["evaluate"] == planned["summarise"] == planned["report"] == 1
    assert "prepare" not in planned and "export" not in planned


def test_editing_the_engine_retrains_everything(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/training/outputs.py", "255.0", "256.0")
    planned = plan(edited)
    assert planned["train"] == RUNS
    assert "prepare" not in planned


def test_editing_an_import_of_an_import_is_seen(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/evaluation/losses.py", "axis=1, keep", "axis=-1, keep")
    assert plan(edited)["train"] == RUNS


def test_editing_all_figures_style_retrains_nothing(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/figures/_style.py", '"font.size": 11', '"font.size": 12')
    assert plan(edited).keys() == {"all", "figure", "report"}


@pytest.mark.parametrize(
    ("figure", "old", "new"),
    [
        ("mistakes", "TITLE = ", "TITLE = 'A ' "),
        ("kernels", "CAPTION = (", "CAPTION = ('B '"),
    ],
)
def test_restyling_one_figure_redraws_that_figure_alone(
    figure: str, old: str, new: str, edited: Checkout
) -> None:
    edit(edited, f"workflow/scripts/study/figures/{figure}.py", old, new)
    assert plan(edited) == {"figure": 1, "report": 1, "all": 1}


def test_editing_the_reports_style_renders_the_report_alone(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/report/templates/report.css", "#ffffff", "#fffffe")
    assert plan(edited) == {"report": 1, "all": 1}


WITHOUT_EFFECT = {
    "a docstring of the engine": (
        "workflow/scripts/study/training/engine.py",
        '"""The training loop.',
        '"""Our training loop.',
    ),
    "a comment of a model": (
        "workflow/scripts/study/models/lenet5.py",
        "    stack = [",
        "    # The layers.\n    stack = [",
    ),
    "the wording of the progress bar": (
        "workflow/scripts/study/training/progress.py",
        'unit="image"',
        'unit="picture"',
    ),
    "how the config is read": (
        "workflow/scripts/study/config/reading.py",
        "cannot read the config file",
        "could not read the config file",
    ),
}


@pytest.mark.parametrize("what", WITHOUT_EFFECT)
def test_editing_what_changes_no_bit_runs_nothing(what: str, edited: Checkout) -> None:
    edit(edited, *WITHOUT_EFFECT[what])
    assert plan(edited) == {}


def test_a_changed_hyperparameter_retrains_its_run(edited: Checkout) -> None:
    edit(
        edited,
        "config/demo.yaml",
        "training: {steps: 300}\n  dropout",
        "training: {steps: 301}\n  dropout",
    )
    assert plan(edited)["train"] == 1


def test_a_new_seed_trains_that_seed(edited: Checkout) -> None:
    edit(
        edited,
        "config/demo.yaml",
        "  activation_grid:\n",
        "  activation_grid:\n    seeds: [0, 1]\n",
    )
    assert plan(edited)["train"] == 9


def test_a_changed_title_or_resource_retrains_nothing(edited: Checkout) -> None:
    edit(edited, "config/config.yaml", "title: Dropout rates", "title: The dropout rates")
    edit(edited, "config/demo.yaml", "title: scikit-learn's", "title: Our")
    edit(edited, "config/config.yaml", "mem_mb: 2000", "mem_mb: 1900")
    planned = plan(edited)
    assert "train" not in planned and "prepare" not in planned
    assert planned["summarise"] == planned["report"] == 1


def test_another_export_retrains_nothing(edited: Checkout) -> None:
    edit(
        edited,
        "config/config.yaml",
        "    model: deep_cnn\n",
        "    model: deep_cnn\n    export: true\n",
    )
    planned = plan(edited)
    assert "train" not in planned
    assert planned["export"] == 1


def test_a_longer_variant_does_not_retrain_the_shorter_one(edited: Checkout) -> None:
    edit(
        edited,
        "config/demo.yaml",
        "    variants:\n",
        "    variants:\n      original-20: {training: {epochs: 20}}\n",
    )
    assert plan(edited)["train"] == 1


def test_a_fresh_clone_beside_finished_results_retrains_nothing(
    demo: Checkout, tmp_path: Path
) -> None:
    fresh = copy_repository(tmp_path / "clone")
    for file in (p for p in fresh.path.rglob("*") if p.is_file()):
        file.touch()
    shutil.copytree(demo.path / "results", fresh.path / "results")
    assert plan(fresh) == {}


def test_demo_and_published_study_never_meet(demo: Checkout) -> None:
    assert demo.planned()["train"] == RUNS


# Snapshot -----------------------------------------------------------------------------------------


@pytest.fixture
def cloned(demo: Checkout, tmp_path: Path) -> Checkout:
    """A git repository of its own, beside whose code the demo's results lie."""
    checkout = copy_repository(tmp_path / "clone")
    shutil.copytree(demo.path / "results", checkout.path / "results")
    git(checkout, "init", "--quiet")
    git(checkout, "config", "user.name", "A. Reader")
    git(checkout, "config", "user.email", "reader@example.org")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "All")
    return checkout


def git(checkout: Checkout, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=checkout.path, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def snapshot(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/snapshot.py", "config/demo.yaml"],
        cwd=checkout.path, check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_a_snapshot_names_its_commit_and_fills_the_readme(cloned: Checkout) -> None:
    done = snapshot(cloned)
    assert done.returncode == 0, done.stderr
    folder = cloned.path / "docs" / "results"
    where = json.loads((folder / "provenance.json").read_text())
    assert where["commit"] == git(cloned, "rev-parse", "HEAD")
    assert (folder / "report.html").stat().st_size > 1_000_000
    readme = (cloned.path / "README.md").read_text()
    for run in read(folder / "runs.csv"):
        words = run["experiment"].replace("_", " "), run["variant"].replace("_", " ")
        assert f"| {words[0]} | {words[1]} | {run['dataset_title']} |" in readme
        assert f"| {float(run['accuracy']):.4f} |" in readme
    for figure in re.findall(r"docs/results/figures/[\w.-]+", readme):
        assert (cloned.path / figure).is_file()


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


# Last, since its files are newer than the tables that were made from them -------------------------


def test_a_finished_run_that_an_edit_makes_fail_is_put_back(edited: Checkout) -> None:
    run = "results/demo/runs/softmax_regression/default/seed-0"
    before = (edited.path / run / "predictions.npz").read_bytes()
    old, new = (
        "training: {steps: 300}\n  dropout",
        "training: {steps: 300, optimizer: {learning_rate: 3e38}}\n  dropout",
    )
    edit(edited, "config/demo.yaml", old, new)
    done = edited.snakemake(*CONFIG, "--", f"{run}/run.json")
    assert done.returncode != 0
    assert "training diverged" in done.stdout
    assert "Traceback" not in done.stdout
    assert done.stdout.count("training diverged") == 1
    assert not (edited.path / run / "run.json").exists()
    edit(edited, "config/demo.yaml", new, old)
    done = edited.snakemake(*CONFIG, "--", f"{run}/run.json")
    assert done.returncode == 0, done.stdout[-3000:]
    assert (edited.path / run / "predictions.npz").read_bytes() == before
    log = (
        edited.path / "results/demo/logs/train/softmax_regression/default/seed-0.log"
    ).read_text()
    assert "was finished before" in log
    done = edited.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout[-3000:]
