"""What a second call to Snakemake does after a change, seen on the finished demo."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from finished_demo import CONFIG, LENET_RUNS, RUNS, edit, plan

from conftest import SMALL_STUDY, Checkout, copy_repository, counts


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
    assert plan(edited).keys() == {"all", "figure", "report", "manifest"}


def test_restyling_a_figure_redraws_that_figure_alone(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/figures/mistakes.py", "TITLE = ", "TITLE = 'A ' ")
    edit(edited, "workflow/scripts/study/figures/kernels.py", "CAPTION = (", "CAPTION = ('B '")
    said = edited.snakemake("-n", "--quiet", "host", "reason", *CONFIG).stdout
    drawn = re.findall(r"^    output: results/demo/figures/(.+)$", said, re.MULTILINE)
    assert sorted(drawn) == ["kernels", "mistakes"]
    assert counts(said) == {"figure": 2, "report": 1, "manifest": 1, "all": 1}


def test_editing_the_reports_style_renders_the_report_alone(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/report/templates/report.css", "#ffffff", "#fffffe")
    assert plan(edited) == {"report": 1, "manifest": 1, "all": 1}


def test_editing_a_measure_scores_again(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/claims/measures/sizes.py", 'split(" × ")', 'split(" x ")')
    assert plan(edited).keys() == {"all", "score", "figure", "report", "manifest"}


def test_editing_a_corruption_tests_and_draws_again(edited: Checkout) -> None:
    edit(edited, "workflow/scripts/study/corruptions/blur.py", "0.5, 1.0", "0.6, 1.0")
    wanted = "results/demo/figures/corruptions"
    assert set(plan(edited, "--", wanted)) == {"robustness", "summarise", "figure"}
    assert "train" not in plan(edited)


def test_a_comment_of_a_model_is_shown_and_trains_nothing(edited: Checkout) -> None:
    stack = "    stack = ["
    edit(edited, "workflow/scripts/study/models/lenet5.py", stack, f"    # The layers.\n{stack}")
    assert plan(edited) == {"report": 1, "manifest": 1, "all": 1}


def test_editing_what_changes_no_bit_runs_nothing(edited: Checkout) -> None:
    """Docstrings, comments, the wording of the progress bar, and how the config is read."""
    package = "workflow/scripts/study"
    engine = f"{package}/training/engine.py"
    edit(edited, engine, '"""The training loop.', '"""Our training loop.')
    edit(edited, engine, "\nimport keras\n", "\n# What it needs.\nimport keras\n")
    edit(edited, f"{package}/training/progress.py", 'unit="image"', 'unit="picture"')
    unread = "could not read the config file"
    edit(edited, f"{package}/config/reading.py", "it is not UTF-8 text", unread)
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
    edit(edited, "config/demo.yaml", "title: Dropout rates", "title: The dropout rates")
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
        "    model: deep_cnn\n    export: [saved_model, keras]\n",
    )
    planned = plan(edited)
    assert "train" not in planned
    assert planned["export"] == 2


def test_a_longer_variant_does_not_retrain_the_shorter_one(edited: Checkout) -> None:
    edit(
        edited,
        "config/demo.yaml",
        "    variants:\n",
        "    variants:\n      original-20: {training: {epochs: 20}}\n",
    )
    assert plan(edited)["train"] == 1


def test_missing_show_trains_no_shorter_variant(edited: Checkout) -> None:
    """Which a finished run would begin with, were it trained."""
    edit(
        edited,
        "config/demo.yaml",
        "    variants:\n",
        "    variants:\n      original-3: {training: {epochs: 3}}\n",
    )
    assert plan(edited)["train"] == 2, "the longer one is put back, since its inputs have changed"
    assert "train" not in plan(edited, "--config", "missing=show")


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


PERCEPTRON = """
study: small
title: A small study
experiments:
  perceptron:
    dataset: digits
    model: mlp
    seeds: [0]
    training: {optimizer: {name: sgd, learning_rate: RATE}}
  steady: {title: Steady, dataset: digits, model: softmax_regression, seeds: [0]}
"""


def test_a_finished_run_that_an_edit_makes_fail_is_put_back(checkout: Checkout) -> None:
    """With one message, and no training the second time. It does not keep others from training."""
    folder = "results/small/runs/perceptron/default/seed-0"
    other = "results/small/runs/steady/default/seed-0/run.json"

    def run(rate: str, *more: str) -> tuple[int, str]:
        config = checkout.path / "config" / "small.yaml"
        config.write_text(SMALL_STUDY + PERCEPTRON.replace("RATE", rate))
        options = ("--configfile", "config/small.yaml", "--", f"{folder}/run.json", *more)
        done = checkout.snakemake("--cores", "1", *options)
        return done.returncode, done.stdout

    assert run("0.1")[0] == 0
    before = (checkout.path / folder / "predictions.npz").read_bytes()
    status, said = run("3e38", other)
    assert status != 0
    assert (checkout.path / other).exists()
    assert said.count("training diverged") == 1
    assert "Traceback" not in said
    assert not (checkout.path / folder / "run.json").exists()
    status, said = run("0.1")
    assert status == 0, said
    assert (checkout.path / folder / "predictions.npz").read_bytes() == before
    log = checkout.path / "results/small/logs/train/perceptron/default/seed-0.log"
    assert "was finished before" in log.read_text()


def test_a_report_that_cannot_be_made_again_leaves_the_last_one(edited: Checkout) -> None:
    results = edited.path / "results" / "demo"
    last = results / ".last" / "report.html"
    before = (results / "report.html").read_bytes()
    figure = results / "figures" / "samples" / "digits.svg"
    content = figure.read_bytes()
    figure.write_bytes(content[:500])
    done = edited.snakemake(*CONFIG, "--config", "title=Another")
    figure.write_bytes(content)
    assert done.returncode == 1
    assert "digits.svg" in done.stdout
    assert "The page that was finished last: results/demo/.last/report.html" in done.stdout
    assert last.read_bytes() == before
    assert edited.snakemake(*CONFIG).returncode == 0
    assert (results / "report.html").exists()
