"""Metrics, intervals and calibration against scikit-learn, SciPy and sums by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn import metrics as sk

from study.evaluation import calibration, metrics, over_seeds
from study.evaluation.calibration import reliability
from study.evaluation.intervals import wilson
from study.evaluation.losses import cross_entropies
from study.evaluation.predictions import Predictions
from study.evaluation.settings import flat
from study.report import results


@pytest.mark.parametrize(("correct", "examples"), [(0, 10), (10, 10), (9123, 10000), (1, 3)])
def test_wilson_interval_is_scipys(correct: int, examples: int) -> None:
    expected = binomtest(correct, examples).proportion_ci(method="wilson")
    low, high = wilson([correct / examples], [examples])
    assert (float(low[0]), float(high[0])) == pytest.approx(tuple(expected))


def test_metrics_are_scikit_learns() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 500).astype(np.int32)
    logits = generator.standard_normal((500, 5)).astype(np.float32)
    logits[:, 4] -= 100  # a class that never occurs and is never predicted
    own = Predictions(logits, labels)
    values = {name: function(own) for name, (_, _, function) in metrics.all().items()}
    predicted = logits.argmax(axis=1)
    assert (own.confusion == sk.confusion_matrix(labels, predicted, labels=range(5))).all()
    assert values["accuracy"] == sk.accuracy_score(labels, predicted)
    fractions = np.exp(logits - logits.max(axis=1, keepdims=True))
    fractions /= fractions.sum(axis=1, keepdims=True)
    expected = -np.log(fractions[np.arange(500), labels]).mean()
    assert values["loss"] == pytest.approx(expected, rel=1e-5)
    precision, recall, f1, _ = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(5), zero_division=np.nan
    )
    np.testing.assert_allclose(own.scores["precision"], precision)
    np.testing.assert_allclose(own.scores["recall"], recall)
    np.testing.assert_allclose(own.scores["f1"], f1)
    assert values["macro_precision"] == pytest.approx(precision[:4].mean())
    assert values["macro_recall"] == pytest.approx(recall[:4].mean())
    assert values["macro_f1"] == pytest.approx(f1[:4].mean())


def test_calibration_by_hand() -> None:
    confidences = np.array([0.05, 0.95, 0.9, 1.0, 0.0])
    correct = np.array([False, True, False, True, True])
    # One bin of 15 holds no more than one of these but the first.
    expected = (abs(1 - (0.05 + 0.0)) + abs(2 - (0.95 + 1.0)) + 0.9) / 5
    found = reliability(confidences, correct)
    assert found.expected_calibration_error == pytest.approx(expected)
    # 0.0 is in the first bin and 1.0 in the last one.
    assert found.low == pytest.approx([0, 13 / 15, 14 / 15])
    assert found.high == pytest.approx([1 / 15, 14 / 15, 1])
    assert found.examples.tolist() == [2, 1, 2]
    assert found.correct.tolist() == [1, 0, 2]


def test_settings_become_cells_with_dotted_names() -> None:
    training = {"microbatch_size": None, "optimizer": {"name": "adam"}}
    cells = flat({"model": "mlp", "parameters": {"filters": [32, 64]}, "training": training})
    assert cells["parameters.filters"] == "32 × 64"
    assert cells["training.optimizer.name"] == "adam"


def test_several_seeds_widen_no_sample_of_test_images() -> None:
    """The interval is that of one test set, however many seeds were trained."""
    row = {"experiment": "e", "variant": "v", "class_id": 0, "class": "a", "support": 100}
    seeds = [{**row, "seed": seed, "accuracy": 0.9} for seed in range(4)]
    (means,) = over_seeds.class_means_table(pd.DataFrame(seeds)).to_dict("records")
    low, high = wilson([0.9], [100])
    assert means["seeds"] == 4
    assert (means["accuracy_low"], means["accuracy_high"]) == pytest.approx((low[0], high[0]))


def test_epochs_that_two_runs_share_are_counted_once() -> None:
    runs = pd.DataFrame({"train_seconds": [50.0, 150.0], "inherited_seconds": [0.0, 50.0]})
    assert results.own_seconds(runs) == 150


def test_the_temperature_is_the_one_of_logits_that_were_scaled() -> None:
    """Labels drawn from the logits' own probabilities: their temperature is 1."""
    generator = np.random.default_rng(0)
    logits = 2 * generator.standard_normal((20_000, 5))
    powers = np.exp(logits)
    drawn = (powers / powers.sum(axis=1, keepdims=True)).cumsum(axis=1)
    labels = (generator.random((20_000, 1)) > drawn).sum(axis=1).astype(np.int32)
    assert calibration.temperature(logits, labels) == pytest.approx(1, abs=0.03)
    assert calibration.temperature(2.5 * logits, labels) == pytest.approx(2.5, abs=0.08)
    best = calibration.temperature(logits, labels)
    lowest, *others = (
        cross_entropies(logits / (factor * best), labels).mean() for factor in (1, 0.999, 1.001)
    )
    assert lowest < min(others)
    half = slice(0, 10_000), slice(10_000, None)
    wrong = (2.5 * logits).astype(np.float32)
    found = Predictions(
        wrong[half[0]], labels[half[0]], validation=(wrong[half[1]], labels[half[1]])
    )
    assert metrics.temperature(found) == pytest.approx(2.5, abs=0.1)
    assert metrics.tempered_calibration_error(found) < metrics.calibration_error(found) / 4
    assert metrics.tempered_loss(found) < metrics.loss(found)
    assert found.tempered is not None
    assert (found.tempered.predicted == found.predicted).all(), "it changes no prediction"
    alone = Predictions(wrong, labels)
    assert np.isnan([metrics.temperature(alone), metrics.tempered_loss(alone)]).all()
