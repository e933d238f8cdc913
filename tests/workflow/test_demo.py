"""What the demo study produces, end to end."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from finished_demo import RUNS, read
from PIL import Image

from conftest import ROOT, Checkout
from study import corruptions

sys.path.insert(0, str(ROOT / "benchmarks"))

import overheads


@pytest.fixture
def results(demo: Checkout) -> Path:
    return demo.path / "results" / "demo"


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
    assert [int(row["step"]) for row in history] == [0, 100, 200, 300]
    assert all(0 <= float(row["batch_accuracy"]) <= 1 for row in history)


def test_robustness_begins_with_the_accuracy_on_all_test_images(results: Path) -> None:
    key = ("experiment", "variant", "seed")
    runs = {tuple(r[k] for k in key): r for r in read(results / "tables" / "runs.csv")}
    kinds = {c.TITLE: c for c in map(corruptions.about, corruptions.names())}
    rows = read(results / "tables" / "robustness.csv")
    accuracies = defaultdict(list)
    for row in rows:
        level, accuracy = int(row["level"]), float(row["accuracy"])
        if level == 0:
            assert accuracy == pytest.approx(float(runs[tuple(row[k] for k in key)]["accuracy"]))
        else:
            assert float(row["strength"]) == kinds[row["corruption"]].STRENGTHS[level - 1]
        accuracies[level].append(accuracy)
    assert {row["variant"] for row in rows} == {variant for _, variant, _ in runs}
    assert np.mean(accuracies[5]) < np.mean(accuracies[0])


def test_confusion_matrix_rows_sum_to_one(results: Path) -> None:
    table = read(results / "tables" / "confusion.csv")
    cells = [c for c in table if (c["experiment"], c["variant"]) == ("lenet5", "wide")]
    assert len(cells) == 100
    for true in map(str, range(10)):
        assert sum(float(c["fraction"]) for c in cells if c["true"] == true) == pytest.approx(1)


def test_saved_model_was_rescored(results: Path) -> None:
    folder = results / "runs" / "core_mlp" / "default" / "seed-22"
    assert (folder / "exports" / "saved_model" / "saved_model.pb").is_file()
    scored = json.loads((folder / "exports" / "saved_model.json").read_text())
    row = next(r for r in read(results / "tables" / "runs.csv") if r["experiment"] == "core_mlp")
    assert scored["different"] == 0
    assert scored["accuracy"] == pytest.approx(float(row["accuracy"]))
    assert scored["largest_difference"] < 1e-5


def test_scorecard_judges_architecture_and_not_other_data(results: Path) -> None:
    rows = read(results / "tables" / "scorecard.csv")
    exact = [row for row in rows if row["basis"] == "exact"]
    named = {row["claim"] for row in exact}
    assert "The MLP's layers have 0, 100,480, 0 and 1,290 parameters" in named
    assert {row["claim"] for row in rows if row["check"]} < named
    of_other_data = {row["claim"] for row in exact if row["reproduced"] == "not comparable"}
    assert all(row["reproduced"] == "yes" for row in exact if row["claim"] not in of_other_data)
    measures = {row["measure"] for row in exact if row["claim"] in of_other_data}
    about_data = {"training_shape", "pixel_range", "class_sizes"}
    assert measures <= {*about_data, "silent_maps", "changed_predictions"}
    claim = next(row for row in rows if "test accuracy 0.9923" in row["claim"])
    assert claim["reproduced"] == "not comparable"
    assert "the claim is about mnist, this study has digits" in claim["remark"]


def test_demonstrations_give_what_was_published(results: Path) -> None:
    """Their weights come from their seed alone; a model that is built twice has others."""
    ours, published = (
        read(folder / "outputs.csv") for folder in (results / "tables", ROOT / "docs" / "results")
    )
    assert [row["demonstration"] for row in ours] == [row["demonstration"] for row in published]
    both = ([float(row["probability"]) for row in rows] for rows in (ours, published))
    assert next(both) == pytest.approx(next(both), abs=1e-5)


def test_figures_are_whole(results: Path) -> None:
    figures = list((results / "figures").rglob("*.svg"))
    by_kind = Counter(figure.relative_to(results / "figures").parts[0] for figure in figures)
    experiments = {row["experiment"] for row in read(results / "tables" / "experiments.csv")}
    runs = read(results / "tables" / "runs.csv")
    for kind in ("training_curves", "class_accuracy", "reliability", "mistakes"):
        assert by_kind[kind] == len(experiments)
    assert by_kind["confusion_matrix"] == len({(r["experiment"], r["variant"]) for r in runs})
    assert by_kind["curves"] == len(read(results / "tables" / "curves.csv"))
    for kind in ("feature_maps", "kernels", "wireframes"):
        asked = [run for run in runs if kind in run["illustrations"].split()]
        folder = results / "figures" / kind
        drawn_of = {figure.relative_to(folder).parts[:2] for figure in folder.rglob("*.svg")}
        assert drawn_of == {(run["experiment"], run["variant"]) for run in asked} != set()
    states = {figure.stem for figure in (results / "figures" / "kernels" / "deep_cnn").rglob("*")}
    assert states >= {"trained", "untrained"}
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


def test_what_the_demo_spent_beside_training(results: Path) -> None:
    """The tables of benchmarks/overheads.py."""
    rows = [line.strip("| ").split(" | ") for line in overheads.jobs(results).splitlines()[2:]]
    assert {name: int(count) for name, count, *_ in rows}["train"] == RUNS
    rows = [line.strip("| ").split(" | ") for line in overheads.training(results).splitlines()[2:]]
    lowest = {name: float(values.split("(")[1].split()[0]) for name, values in rows}
    assert lowest.pop("writing checkpoints, percent of training") >= 0
    assert lowest
    assert min(lowest.values()) >= 0
    (start,) = (code for name, code in overheads.codes().items() if "figure" in name)
    subprocess.run([sys.executable, "-c", start], check=True)
