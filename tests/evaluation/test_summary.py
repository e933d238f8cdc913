"""The tables of a study from chunks and plan: missing runs, several seeds, demonstrations."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from small_runs import planned, predictions, write_dataset, write_prepared, write_run

import summarise
from described_columns import undocumented
from study import tables
from study.evaluation import chunk, metrics, summary
from study.evaluation.calibration import reliability
from study.evaluation.intervals import wilson
from study.evaluation.predictions import Predictions
from study.report import results

SEEDS = (0, 1, 2)
EXPORT = {
    "accuracy": 0.9, "examples": 60, "different": 2, "largest_difference": 3e-7, "bytes": 1234,
    "latency_ms": 0.5,
}  # fmt: skip


def study(folder: Path, plan: list[dict], runs: list[tuple[str, str, str]]) -> summary.Tables:
    """The tables of a study of these runs, written and read again."""
    dataset = write_dataset(folder)
    for place, files in enumerate(runs):  # each run in a chunk of its own
        columns = [[file] for file in files]
        chunk.evaluate(*columns, [dataset], folder / str(place), detailed=True)
    examples, about = write_prepared(folder)
    inputs = SimpleNamespace(
        chunks=[str(folder / str(place)) for place in range(len(runs))],
        examples=[examples],
        datasets=[about],
        exports=exports(folder) if plan else [],
        robustness=[robustness(folder)],
        demonstrations=demonstration(folder),
    )
    params = SimpleNamespace(
        plan=plan,
        exported=[{"experiment": "e", "variant": "20", "seed": 0}] if plan else [],
        dataset_titles={"small": "Small"},
        known=[
            {
                "experiment": "e",
                "what": "a net",
                "accuracy": 0.9,
                "parameters": None,
                "seconds": 2.0,
                "source": "a paper",
            }
        ],
        curves=[{"experiment": "e", "curve": "c", "column": "loss", "low": None, "high": None}],
        demonstrations=[
            {
                "demonstration": "e",  # an experiment has the same name
                "title": "D",
                "tutorial": "S1",
                "model": "mlp",
                "batch_size": 2,
                "input_shape": [5],
            }
        ],
    )
    read = {}
    for name, table in summarise.tables_of(inputs, params).items():
        tables.write(table, folder / f"{name}.csv")
        read[name] = tables.read(folder / f"{name}.csv")
    return read


def exports(folder: Path) -> list[str]:
    """How an export was scored; returns the file."""
    file = folder / "onnx.json"
    file.write_text(json.dumps({"format": "ONNX", **EXPORT}))
    return [str(file)]


def robustness(folder: Path) -> str:
    """The scores of an experiment on corrupted images; returns the file."""
    file = folder / "robustness.csv"
    rows = ["experiment,variant,seed,corruption,level,strength,examples,accuracy"]
    rows += [f"e,20,0,Blur,{level},{level or ''},60,{0.9 - level / 10}" for level in range(6)]
    file.write_text("\n".join(rows) + "\n")
    return str(file)


def demonstration(folder: Path) -> list[str]:
    """Its files, in folders whose names look like those of other files."""
    own = folder / "model_zoo" / "outputs"
    own.mkdir(parents=True)
    layer = {"name": "d", "type": "Dense", "activation": "", "details": "", "output_shape": [2]}
    model = {"demonstration": "e", "parameter_count": 12, "layers": [{**layer, "parameters": 12}]}
    (own / "model.json").write_text(json.dumps(model))
    (own / "outputs.csv").write_text("example,class_0,class_1,sum\n0,0.25,0.75,1\n1,0.5,0.5,1\n")
    return [str(own / "model.json"), str(own / "outputs.csv")]


@pytest.fixture
def small(tmp_path: Path) -> summary.Tables:
    plan = [planned("20", seed) for seed in SEEDS] + [planned("10", 0, place=1)]
    return study(tmp_path, plan, [write_run(tmp_path, "20", seed) for seed in reversed(SEEDS)])


def test_every_table_has_the_described_columns(small: summary.Tables) -> None:
    others = {"scorecard", "comparisons", "spread", "sweep_runs", "sweep_variants"}
    assert {*small, *others} == {*tables.COLUMNS}
    for name, table in small.items():
        assert undocumented(name, table) == []


def test_rows_stand_in_the_order_of_the_plan(small: summary.Tables) -> None:
    runs = small["runs"]
    assert runs["variant"].tolist() == ["20", "20", "20", "10"]
    assert runs["seed"].tolist() == [0, 1, 2, 0]
    assert small["histories"]["seed"].tolist() == [0, 0, 1, 1, 2, 2]
    assert small["variants"]["variant"].tolist() == ["20", "10"]


def test_a_missing_run_has_its_settings_and_no_results(small: summary.Tables) -> None:
    missing = small["runs"].iloc[3]
    assert (missing["status"], missing["variant"]) == ("missing", "10")
    assert (missing["parameters.units"], missing["parameters.filters"]) == (8, "6 × 16")
    assert (missing["dataset_name"], missing["resources.threads"]) == ("digits", 1)
    assert (missing["finished"], missing["device_kind"]) == ("", "")
    assert missing[["accuracy", "accuracy_low", "parameter_count"]].isna().all()
    variant = small["variants"].iloc[1]
    assert (variant["planned"], variant["seeds"]) == (1, 0)
    assert variant[["accuracy", "accuracy_low", "calibration_error"]].isna().all()


def test_a_variants_values_are_means_over_its_seeds(small: summary.Tables) -> None:
    own = [Predictions(*predictions(seed)) for seed in SEEDS]
    variant = small["variants"].iloc[0]
    for name, (_, _, function) in metrics.all().items():
        mean = np.mean([function(each) for each in own])
        assert variant[name] == pytest.approx(mean, nan_ok=True), name
    accuracies = [metrics.accuracy(each) for each in own]
    assert variant["accuracy_lowest"] == min(accuracies)
    assert variant["accuracy_highest"] == max(accuracies)
    assert variant["accuracy_deviation"] == pytest.approx(np.std(accuracies, ddof=1))
    low, high = wilson(np.mean(accuracies), 60)
    assert variant["accuracy_low"] == pytest.approx(float(low))
    assert variant["accuracy_high"] == pytest.approx(float(high))


def test_the_calibration_error_is_the_mean_over_seeds_not_that_of_all_examples(
    small: summary.Tables,
) -> None:
    own = [Predictions(*predictions(seed)) for seed in SEEDS]
    mean = np.mean([metrics.calibration_error(each) for each in own])
    together = reliability(
        np.concatenate([each.confidences for each in own]),
        np.concatenate([each.correct for each in own]),
    )
    assert abs(together.expected_calibration_error - mean) > 0.01
    assert small["variants"]["calibration_error"].iloc[0] == pytest.approx(mean)


def test_the_reliability_of_a_variant_is_that_of_all_examples_bin_by_bin(
    small: summary.Tables,
) -> None:
    own = [Predictions(*predictions(seed)) for seed in SEEDS]
    whole = reliability(
        np.concatenate([each.confidences for each in own]),
        np.concatenate([each.correct for each in own]),
    )
    table = small["reliability"]
    assert table["low"].to_numpy() == pytest.approx(whole.low)
    assert table["high"].to_numpy() == pytest.approx(whole.high)
    assert table["examples"].to_numpy() == pytest.approx(whole.examples / 3)
    assert table["confidence"].to_numpy() == pytest.approx(whole.confidence)
    assert table["accuracy"].to_numpy() == pytest.approx(whole.correct / whole.examples)
    low, high = wilson(table["accuracy"], table["examples"])
    assert table["accuracy_low"].to_numpy() == pytest.approx(low)
    assert table["accuracy_high"].to_numpy() == pytest.approx(high)


def test_the_interval_of_a_class_is_that_of_one_test_set(small: summary.Tables) -> None:
    means = small["class_means"]
    assert means["support"].tolist() == [20, 20, 20]
    assert means["seeds"].tolist() == [3, 3, 3]
    low, _ = wilson(means["accuracy"], 20)
    assert means["accuracy_low"].to_numpy() == pytest.approx(low)


def test_the_training_time_counts_shared_epochs_once(small: summary.Tables) -> None:
    # Each run took 10 s, of which a shorter run of the table had spent 4 s.
    assert results.own_seconds(small["runs"]) == 18


def test_an_export_is_a_row_with_its_run(small: summary.Tables) -> None:
    (row,) = small["exports"].to_dict("records")
    assert row == {
        "experiment": "e", "variant": "20", "seed": 0, "format": "ONNX", **EXPORT,
    }  # fmt: skip


def test_a_dataset_is_described_by_its_examples(small: summary.Tables) -> None:
    (row,) = small["datasets"].to_dict("records")
    assert (row["train"], row["test"], row["input_shape"]) == (100, 60, "28 × 28 × 1")
    assert (row["pixel_lowest"], row["pixel_highest"]) == (7, 200)
    assert (row["train_rarest_class"], row["train_commonest_class"]) == (30, 40)
    assert (row["test_rarest_class"], row["test_commonest_class"]) == (0, 30)


def test_demonstrations_are_tidy_and_apart_from_experiments(small: summary.Tables) -> None:
    layers = small["layers"]
    assert layers["variant"].tolist() == ["20", ""]
    assert layers["output_shape"].tolist() == ["10", "2"]
    assert small["outputs"]["probability"].tolist() == [0.25, 0.75, 0.5, 0.5]
    assert small["outputs"]["class_id"].tolist() == [0, 1, 0, 1]
    assert small["demonstrations"]["input_shape"].tolist() == ["5"]
    assert small["demonstrations"]["parameter_count"].tolist() == [12]


def test_results_of_runs_that_are_no_longer_planned_are_left_out(tmp_path: Path) -> None:
    runs = [write_run(tmp_path, "old", 0), write_run(tmp_path, "new", 0)]
    found = study(tmp_path, [planned("new", 0)], runs)
    for name in ("runs", "histories", "classes", "confusion", "variants", "class_means"):
        assert set(found[name]["variant"]) == {"new"}, name


def test_a_study_without_any_result_has_all_tables(tmp_path: Path) -> None:
    found = study(tmp_path, [planned("v", 0)], [])
    assert found["runs"]["status"].tolist() == ["missing"]
    for name, table in found.items():
        assert undocumented(name, table) == []


def test_a_study_of_sweeps_alone_has_all_tables(tmp_path: Path) -> None:
    for name, table in study(tmp_path, [], []).items():
        assert undocumented(name, table) == []


def test_a_new_metric_appears_in_the_tables_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def error_rate(predictions: Predictions) -> float:
        return 1 - metrics.accuracy(predictions)

    monkeypatch.setattr(metrics, "_METRICS", dict(metrics._METRICS))
    metrics.metric("error rate", ".4f")(error_rate)
    found = study(tmp_path, [planned("v", 0)], [write_run(tmp_path, "v", 0)])
    for name in ("runs", "variants"):
        assert found[name]["error_rate"].to_numpy() == pytest.approx(1 - found[name]["accuracy"])
    assert "error_rate" in tables.columns("sweep_variants")


def test_the_metrics_need_no_scikit_learn_before_they_are_computed() -> None:
    import subprocess
    import sys

    code = "import sys; from study.evaluation import losses, metrics; print(*sys.modules)"
    folder = Path(summarise.__file__).parent
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert not {"sklearn", "pandas", "scipy", "tensorflow"} & set(done.stdout.split())
    assert "numpy" in done.stdout.split()


def test_wilson_knows_no_interval_without_examples() -> None:
    low, high = wilson([0.5, np.nan, 0.5], [0, 10, 10])
    assert np.isnan(low[:2]).all()
    assert np.isnan(high[:2]).all()
    assert low[2] < 0.5 < high[2]
