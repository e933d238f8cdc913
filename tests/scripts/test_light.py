"""The parts that need no TensorFlow: schedule, splits, statistics, files, sources, scorecard."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn import metrics as sk

import evaluate
import evaluate_sweep
import prepare
import score
import summarise
from conftest import ROOT
from study import calibration, config, datasets, files, models, schedule, sources, statistics
from study.errors import StudyError
from study.splits import Split

# Tables -------------------------------------------------------------------------------------------


def test_the_table_of_histories_has_columns_that_no_run_has(tmp_path: Path) -> None:
    """A study without steps has no `batch_accuracy`; one without validation no `val_loss`."""
    file = tmp_path / "experiment" / "variant" / "seed-1" / "history.csv"
    file.parent.mkdir(parents=True)
    file.write_text("epoch,step,loss,accuracy\n0,10,0.5,0.75\n")
    (row,) = summarise.histories_table([str(file)]).to_dict("records")
    assert (row["experiment"], row["seed"], row["loss"]) == ("experiment", 1, 0.5)
    assert np.isnan(row["batch_accuracy"])
    assert np.isnan(row["val_loss"])


@pytest.mark.parametrize(
    ("axis", "value"),
    [
        ("model", "mlp"),
        ("parameters.units", 8),
        ("parameters.filters", "32 64"),
        ("training.microbatch_size", "none"),
        ("training.optimizer.momentum", "none"),
    ],
)
def test_the_value_of_an_axis_is_a_cell_of_a_table(axis: str, value: object) -> None:
    training = {"microbatch_size": None, "optimizer": {"name": "adam"}}
    parameters = {"units": 8, "filters": [32, 64]}
    settings = {"model": "mlp", "parameters": parameters, "training": training}
    assert evaluate_sweep.value_at(settings, axis) == value


# Schedule -----------------------------------------------------------------------------------------


def test_epochs_end_with_a_smaller_batch() -> None:
    chunks = list(schedule.chunks(10, 4, epochs=2))
    assert [(c.epoch, c.first_example, c.batch_size, c.steps) for c in chunks] == [
        (0, 0, 4, 2),
        (0, 8, 2, 1),
        (1, 0, 4, 2),
        (1, 8, 2, 1),
    ]
    assert [c.ends_row for c in chunks] == [False, True, False, True]


def test_steps_have_full_batches_only() -> None:
    chunks = list(schedule.chunks(10, 4, steps=5, log_every=3))
    assert sum(c.steps for c in chunks) == 5
    assert {c.batch_size for c in chunks} == {4}
    assert [c.first_step + c.steps for c in chunks if c.ends_row] == [3, 5]


@pytest.mark.parametrize("log_every", [None, 1, 7, 100])
@pytest.mark.parametrize("at_most", [None, 5, 30])
def test_every_example_is_visited_once_an_epoch(log_every: int | None, at_most: int | None) -> None:
    seen = np.zeros(103, int)
    for chunk in schedule.chunks(103, 10, epochs=3, log_every=log_every, at_most=at_most):
        assert chunk.steps * chunk.batch_size <= max(10, at_most or 1000)
        order = schedule.order(1, chunk.epoch, 103)
        end = chunk.first_example + chunk.steps * chunk.batch_size
        seen[order[chunk.first_example : end]] += 1
    assert (seen == 3).all()


def test_order_is_a_function_of_seed_and_epoch() -> None:
    orders = {(s, e): tuple(schedule.order(s, e, 50)) for s in (0, 1) for e in (0, 1)}
    assert len(set(orders.values())) == 4
    assert orders[1, 1] == tuple(schedule.order(1, 1, 50))
    assert sorted(orders[1, 0]) == list(range(50))


def test_batch_agrees_with_chunks() -> None:
    for chunk in schedule.chunks(10, 4, epochs=2, log_every=1):
        batch = schedule.batch(5, chunk.first_step, 10, 4, with_rest=True)
        order = schedule.order(5, chunk.epoch, 10)
        assert (batch == order[chunk.first_example : chunk.first_example + chunk.batch_size]).all()


def test_a_batch_must_fit() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        list(schedule.chunks(3, 4, steps=5))


# Splits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train", slice(0, 1000)),
        ("train[100:]", slice(100, 1000)),
        ("test[:20%]", slice(0, 200)),
        ("train[10%:50]", slice(0, 0)),
        ("train[:5000]", slice(0, 1000)),
    ],
)
def test_slices(text: str, expected: slice) -> None:
    assert Split.parse(text).slice(1000) == expected


# Statistics ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "examples"), [(0, 10), (10, 10), (9123, 10000), (1, 3)])
def test_wilson_interval_is_scipys(right: int, examples: int) -> None:
    expected = binomtest(right, examples).proportion_ci(method="wilson")
    assert statistics.wilson_interval(right, examples) == pytest.approx(tuple(expected))


def test_metrics_are_scikit_learns() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 500).astype(np.int32)
    logits = generator.standard_normal((500, 5)).astype(np.float32)
    logits[:, 4] -= 100  # a class that never occurs and is never predicted
    metrics, counts, _ = evaluate.evaluate(logits, labels)
    predicted = logits.argmax(axis=1)
    assert (counts == sk.confusion_matrix(labels, predicted, labels=range(5))).all()
    assert metrics["accuracy"] == sk.accuracy_score(labels, predicted)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    expected = -np.log(shares[np.arange(500), labels]).mean()
    assert metrics["loss"] == pytest.approx(expected, rel=1e-5)
    by_class = statistics.per_class(counts)
    precision, recall, f1, _ = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(5), zero_division=np.nan
    )
    np.testing.assert_allclose(by_class["precision"], precision)
    np.testing.assert_allclose(by_class["recall"], recall)
    np.testing.assert_allclose(by_class["f1"], f1)
    assert metrics["macro_recall"] == pytest.approx(recall[:4].mean())


def test_rows_of_a_confusion_matrix_sum_to_one_not_its_columns() -> None:
    shares = statistics.row_shares(np.array([[8, 2], [5, 15]]))
    np.testing.assert_allclose(shares, [[0.8, 0.2], [0.25, 0.75]])


def test_calibration_by_hand() -> None:
    confidences = np.array([0.05, 0.95, 0.9, 1.0, 0.0])
    right = np.array([False, True, False, True, True])
    rows = calibration.reliability(confidences, right, bins=10)
    # The upper end of a bin belongs to it, and zero to the first.
    assert [(r["low"], r["examples"], r["right"]) for r in rows] == [
        (0.0, 2, 1),
        (0.8, 1, 0),
        (0.9, 2, 2),
    ]
    expected = (2 * abs(0.5 - 0.025) + 1 * 0.9 + 2 * abs(1 - 0.975)) / 5
    assert calibration.expected_calibration_error(rows) == pytest.approx(expected)


def test_pooled_calibration_is_that_of_all_examples() -> None:
    generator = np.random.default_rng(0)
    confidences = generator.random(1000)
    right = generator.random(1000) < confidences
    parts = [calibration.reliability(c, r) for c, r in zip(
        np.split(confidences, 4), np.split(right, 4), strict=True)]  # fmt: skip
    whole = calibration.reliability(confidences, right)
    for one, other in zip(calibration.pooled(parts), whole, strict=True):
        assert one == pytest.approx(other)


def test_the_worst_mistakes_come_first() -> None:
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
    labels = np.array([0, 0, 0, 1], np.int32)
    assert calibration.mistakes(shares, labels, 5) == [(1, 0, 1, 0.8, 0.2), (2, 0, 1, 0.6, 0.4)]
    assert len(calibration.mistakes(shares, labels, 1)) == 1


def test_predictions_must_be_finite() -> None:
    with pytest.raises(StudyError, match="not finite"):
        evaluate.evaluate(np.array([[np.nan, 1]], np.float32), np.array([0], np.int32))


# Data ---------------------------------------------------------------------------------------------


def test_embedded_digits() -> None:
    arrays, about = prepare.digits()
    datasets.check(arrays, about["class_names"], "digits")
    assert arrays["train_images"].shape == (1437, 28, 28, 1)
    assert arrays["test_images"].shape == (360, 28, 28, 1)
    image = arrays["train_images"][0, ..., 0].astype(float)
    rows, columns = np.indices(image.shape)
    for positions in (rows, columns):
        assert abs((positions * image).sum() / image.sum() - 13.5) <= 1
    again, _ = prepare.digits()
    assert datasets.fingerprint(arrays) == datasets.fingerprint(again)


def small_arrays() -> dict[str, np.ndarray]:
    return {
        "train_images": np.zeros((4, 2, 2, 1), np.uint8),
        "train_labels": np.array([0, 1, 1, 0], np.int32),
        "test_images": np.zeros((2, 2, 2, 1), np.uint8),
        "test_labels": np.array([0, 1], np.int32),
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("train_labels", np.zeros(3, np.int32), "4 images, but 3 labels"),
        ("test_labels", np.array([0, 2], np.int32), "labels from 0 to 2, but there are 2 classes"),
        ("train_images", np.zeros((4, 2, 2, 1)), "must be uint8"),
        ("test_images", np.zeros((2, 3, 2, 1), np.uint8), "another shape"),
    ],
)
def test_unfit_arrays_are_refused(name: str, value: np.ndarray, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        datasets.check({**small_arrays(), name: value}, ["a", "b"], "small")


def test_data_survives_a_round_trip(tmp_path: Path) -> None:
    about = {"name": "small", "input_shape": [2, 2, 1], "class_names": ["a", "b"]}
    datasets.save(tmp_path / "e.npz", tmp_path / "d.json", small_arrays(), about)
    dataset = datasets.load(tmp_path / "e.npz", tmp_path / "d.json")
    assert dataset.input_shape == (2, 2, 1)
    images, labels = dataset.part("train[1:]")
    assert images.shape == (3, 2, 2, 1)
    assert labels.tolist() == [1, 1, 0]
    with pytest.raises(StudyError, match="leaves no example"):
        dataset.part("test[5:]")


def test_broken_prepared_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "e.npz").write_bytes(b"PK nothing")
    with pytest.raises(StudyError, match=r"e\.npz"):
        datasets.load(tmp_path / "e.npz", tmp_path / "d.json")


# Files --------------------------------------------------------------------------------------------


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    files.write_text(file, "old")

    def write_half() -> None:
        with files.atomic(file) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "a.json", {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


# Sources and light imports ------------------------------------------------------------------------


def test_fingerprint_follows_imports() -> None:
    used = {p.name for p in sources._closure(sources.SCRIPTS / "train.py")}
    assert {"train.py", "engine.py", "optimizers.py", "schedule.py", "splits.py"} <= used
    assert not {"config.py", "style.py", "lenet5.py"} & used
    lenet = sources.fingerprint("train.py", models.source("lenet5"))
    assert lenet != sources.fingerprint("train.py", models.source("mlp"))


HEAVY = {"tensorflow", "keras", "tensorflow_datasets"}
PLOTS = sorted(file.stem for file in sources.SCRIPTS.glob("plot_*.py"))
LIGHT_SCRIPTS = ["evaluate", "summarise", "score", "report", "prepare", *PLOTS]
LIGHT_SCRIPTS += ["evaluate_sweep", "summarise_sweep", "report_sweep"]


def imported(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "workflow" / "scripts",
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_no_table_or_figure_imports_tensorflow() -> None:
    assert not HEAVY & imported(f"import {', '.join(LIGHT_SCRIPTS)}")


def test_no_figure_imports_what_starts_slowly() -> None:
    assert len(PLOTS) > 20
    slow = {"pandas", "seaborn", "scipy", "sklearn", "altair"}
    assert not slow & imported(f"import {', '.join(PLOTS)}")


def test_parsing_the_workflow_imports_nothing_heavy() -> None:
    found = imported("from study import config, models, sources")
    assert not (HEAVY | {"numpy", "pandas", "matplotlib", "sklearn"}) & found


# Scorecard ----------------------------------------------------------------------------------------


def results(history: dict[str, list[float]]) -> score.Results:
    keys = {"experiment": "e", "variant": "default", "seed": 0}
    runs = pd.DataFrame([{**keys, "dataset": "m", "parameters": 7, "accuracy": 0.98}])
    table = pd.DataFrame(history).assign(**keys, epoch=range(len(next(iter(history.values())))))
    return score.Results(runs, table, pd.DataFrame(), {("e", "default"): [7]}, {}, {"m": "mnist"})


def judged(claim: dict[str, object], **history: list[float]) -> dict[str, object]:
    whole = {"tutorial": "S0", "claim": "c", "experiment": "e", **claim}
    return next(iter(score.score(results(history), [whole])))


def test_claims_are_judged_both_ways() -> None:
    lowest = {"measure": "epoch_of_lowest", "column": "val_loss", "published": 2, "tolerance": 0}
    assert judged(lowest, val_loss=[3.0, 1.0, 2.0])["reproduced"] == "yes"
    assert judged(lowest, val_loss=[3.0, 2.0, 1.0])["reproduced"] == "no"
    at_most = {"measure": "lowest", "column": "val_loss", "rule": "at_most", "published": 0.21}
    assert judged(at_most, val_loss=[0.3, 0.2])["reproduced"] == "yes"
    assert judged(at_most, val_loss=[0.3, 0.22])["reproduced"] == "no"
    assert judged(at_most, val_loss=[0.3, 0.21])["reproduced"] == "yes"
    below = {**at_most, "rule": "below"}
    assert judged(below, val_loss=[0.3, 0.21])["reproduced"] == "no"
    row = judged(below, val_loss=[0.3, 0.20998])
    assert (row["reproduced"], row["ours"]) == ("yes", "0.20998")


def test_the_epoch_at_which_a_level_is_reached_is_told() -> None:
    at_most = {"measure": "lowest", "column": "val_loss", "rule": "at_most", "published": 0.21}
    assert judged(at_most, val_loss=[0.3, 0.2, 0.1])["remark"] == "first reached in epoch 2 of 3"
    assert judged(at_most, val_loss=[0.3, 0.25])["remark"] == "not reached in 2 epochs"
    reach = {"measure": "test_accuracy", "reach": "val_accuracy", "published": 0.9, "tolerance": 1}
    assert judged(reach, val_accuracy=[0.8, 0.9])["remark"] == "first reached in epoch 2 of 2"


def test_binomial_tolerance() -> None:
    claim = {"measure": "test_accuracy", "published": 0.979, "tolerance": "binomial"}
    row = judged({**claim, "examples": 10000}, loss=[1.0])
    assert float(str(row["tolerance"])) == pytest.approx(
        1.96 * (2 * 0.979 * 0.021 / 10000) ** 0.5, rel=1e-3
    )
    assert row["reproduced"] == "yes"
    assert judged({**claim, "examples": 10000, "published": 0.99}, loss=[1])["reproduced"] == "no"


def test_a_series_is_judged_at_every_epoch() -> None:
    claim = {"measure": "series", "column": "loss", "published": [2, 1], "tolerance": 0.1}
    assert judged(claim, loss=[2.05, 1.0])["reproduced"] == "yes"
    assert judged(claim, loss=[2.05, 1.2])["reproduced"] == "no"
    assert judged(claim, loss=[2.0])["reproduced"] == "no"


def test_claims_about_other_data_or_runs_are_not_judged() -> None:
    claim: dict[str, object] = {"measure": "test_accuracy", "published": 1, "tolerance": 1}
    assert judged({**claim, "dataset": "cifar10"}, loss=[1])["reproduced"] == "not comparable"
    assert judged({**claim, "variant": "x"}, loss=[1])["reproduced"] == "not comparable"


def test_claims_on_runs_without_a_result_wait_for_them() -> None:
    known = dataclasses.replace(results({"loss": [1.0]}), planned=frozenset({("e", "x")}))
    claim = {"tutorial": "S0", "claim": "c", "experiment": "e", "variant": "x"}
    claim |= {"measure": "test_accuracy", "published": 1, "tolerance": 1}
    row = next(iter(score.score(known, [claim])))
    assert (row["reproduced"], row["remark"]) == ("missing", "no result of e/x")


def test_every_claim_of_the_study_has_a_measure_and_a_run() -> None:
    study = config.load([ROOT / "config" / "config.yaml"])
    runs = {(run.experiment, run.variant) for run in study.runs}
    assert len(study.claims) >= 30
    for claim in study.claims:
        assert claim["measure"] in score.MEASURES
        if "experiment" in claim:
            for variant in claim.get("variants") or [claim.get("variant", "default")]:
                assert (claim["experiment"], variant) in runs, claim
        if claim.get("rule", "within") == "within":
            assert {"published", "tolerance"} <= claim.keys()
