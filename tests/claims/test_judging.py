"""Claims held against results: both verdicts, and everything that cannot be compared."""

import dataclasses
import math

import pandas as pd
import pytest

from conftest import ROOT
from study import config
from study.claims import judging
from study.claims.results import ClaimResults
from study.claims.scorecard import scorecard

WHO = {"experiment": "e", "variant": "default", "seed": 0}


def results(history: dict[str, list[float]], **of_run: object) -> ClaimResults:
    run = {**WHO, "status": "finished", "dataset": "m", "dataset_name": "mnist"}
    run |= {"parameter_count": 7.0, "accuracy": 0.98, "splits.validation": "test"}
    length = len(next(iter(history.values())))
    table = pd.DataFrame(history).assign(**WHO, epoch=range(length), step=range(1, length + 1))
    layers = pd.DataFrame([{**WHO, "layer": 0, "parameters": 7}])
    return ClaimResults(
        runs=pd.DataFrame([{**run, **of_run}]),
        histories=table,
        classes=pd.DataFrame(columns=[*WHO, "class_id", "class", "accuracy"]),
        layers=layers,
        demonstrations=pd.DataFrame(columns=["demonstration"]),
        outputs=pd.DataFrame(columns=["demonstration", "example", "class_id", "probability"]),
        datasets=pd.DataFrame([{"name": "mnist"}]),
        exports=pd.DataFrame(columns=[*WHO]),
    )


def judged(claim: dict[str, object], known: ClaimResults | None = None, **history: list[float]):
    whole = {"tutorial": "S0", "claim": "c", "experiment": "e", **claim}
    (row,) = scorecard(known or results(history), [whole]).to_dict("records")
    return row


LOWEST = {"measure": "lowest", "column": "val_loss", "rule": "at_most", "published": 0.21}


def test_claims_are_judged_both_ways() -> None:
    lowest = {"measure": "epoch_of_lowest", "column": "val_loss", "published": 2, "tolerance": 0}
    assert judged(lowest, val_loss=[3.0, 1.0, 2.0])["reproduced"] == "yes"
    assert judged(lowest, val_loss=[3.0, 2.0, 1.0])["reproduced"] == "no"
    assert judged(LOWEST, val_loss=[0.3, 0.2])["reproduced"] == "yes"
    assert judged(LOWEST, val_loss=[0.3, 0.22])["reproduced"] == "no"
    assert judged(LOWEST, val_loss=[0.3, 0.21])["reproduced"] == "yes"
    below = {**LOWEST, "rule": "below"}
    assert judged(below, val_loss=[0.3, 0.21])["reproduced"] == "no"
    row = judged(below, val_loss=[0.3, 0.20998])
    assert (row["reproduced"], row["ours"]) == ("yes", "0.20998")


def test_the_epoch_at_which_a_level_is_reached_is_named() -> None:
    level = {**LOWEST, "reach": "val_loss"}
    known = results({"val_loss": [0.3, 0.2, 0.1]})
    assert judged(level, known)["remark"] == "first reached in epoch 2 of 3"
    assert judged(level, val_loss=[0.3, 0.25])["remark"] == "not reached in 2 epochs"
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


def of_seeds(*accuracies: float) -> ClaimResults:
    one = results({"val_loss": [0.3, 0.2]})
    seeds = range(len(accuracies))
    several = {
        name: pd.concat([getattr(one, name).assign(seed=seed) for seed in seeds])
        for name in ("runs", "histories", "classes")
    }
    several["runs"]["accuracy"] = accuracies
    return dataclasses.replace(one, **several)


PREDICTED = {
    "measure": "test_accuracy", "rule": "prediction", "tolerance": "binomial", "examples": 10000,
}  # fmt: skip


def test_a_published_value_is_held_against_what_one_more_seed_would_give() -> None:
    # Hahn and Meeker (1991): mean ± t(.975, n - 1) sd √(1 + 1/n), with t(.975, 4) = 2.7764.
    known = of_seeds(0.977, 0.979, 0.978 - 0.5**0.5 / 1000, 0.978 + 0.5**0.5 / 1000, 0.978)
    deviation = (0.001 * 0.001 * (1 + 1 + 0.5 + 0.5) / 4) ** 0.5
    row = judged({**PREDICTED, "published": 0.979}, known)
    assert (row["reproduced"], row["seeds"]) == ("yes", "5")
    assert float(row["deviation"]) == pytest.approx(deviation, rel=1e-4)
    half = 2.7764 * deviation * 1.2**0.5
    assert float(row["interval_low"]) == pytest.approx(0.978 - half, abs=5e-6)  # five digits
    assert float(row["interval_high"]) == pytest.approx(0.978 + half, abs=5e-6)  # five digits
    assert float(row["tolerance"]) == pytest.approx(half, rel=1e-3)
    assert row["basis"] == "95 % prediction interval for one more run, n = 5"
    beyond = round(0.978 + half + 0.0001, 6)
    assert judged({**PREDICTED, "published": beyond}, known)["reproduced"] == "no"
    row = judged({**PREDICTED, "published": beyond, "decimals": 3}, known)
    assert row["reproduced"] == "yes", "it may be what is rounded to it"
    assert row["basis"].endswith("; published to 3 decimals")


def test_a_verdict_that_the_tolerance_would_turn_says_so() -> None:
    # The binomial tolerance of 0.979 on 10,000 images is 0.00397.
    wide = of_seeds(0.97, 0.98, 0.975)
    row = judged({**PREDICTED, "published": 0.98}, wide)
    assert row["reproduced"] == "yes"
    assert row["remark"] == "not reproduced by the tolerance for one seed, ± 0.0039"
    narrow = of_seeds(0.9801, 0.98, 0.9799)
    row = judged({**PREDICTED, "published": 0.982}, narrow)
    assert row["reproduced"] == "no"
    assert row["remark"].startswith("reproduced by the tolerance")
    assert judged({**PREDICTED, "published": 0.976}, wide)["remark"] == ""


def test_several_values_have_wider_intervals_that_hold_together() -> None:
    seeds = [[1.0, 2.0], [1.2, 2.4], [1.1, 2.2]]
    claim = {"rule": "prediction", "tolerance": 0, "published": [1.1, 2.2]}
    together = judging.judge(claim, seeds)
    alone = judging.judge({**claim, "published": [1.1]}, [values[:1] for values in seeds])
    # t(1 - .05/2, 2) = 4.3027 and t(1 - .05/4, 2) = 6.2053
    assert alone.high[0] - 1.1 == pytest.approx(4.3027 * 0.1 * (4 / 3) ** 0.5, rel=1e-4)
    assert together.high[0] - 1.1 == pytest.approx(6.2053 * 0.1 * (4 / 3) ** 0.5, rel=1e-4)
    assert together.high[1] - 2.2 == pytest.approx(6.2053 * 0.2 * (4 / 3) ** 0.5, rel=1e-4)


def test_one_seed_does_not_tell_how_much_seeds_differ() -> None:
    row = judged({**PREDICTED, "published": 0.9805}, of_seeds(0.98))
    assert (row["reproduced"], row["seeds"], row["deviation"]) == ("yes", "1", "")
    assert row["basis"] == "one seed: binomial, 95 %, 10000 images"


def test_a_rule_is_held_against_the_mean_and_it_is_said_how_many_seeds_obey() -> None:
    claim = {"measure": "test_accuracy", "rule": "at_least", "published": 0.9}
    row = judged(claim, of_seeds(0.89, 0.92, 0.93))
    assert (row["reproduced"], row["remark"]) == ("yes", "2 of 3 seeds agree")
    assert judged(claim, of_seeds(0.91, 0.92))["remark"] == ""


def test_only_seeds_that_all_variants_have_are_compared() -> None:
    both = [results({"loss": [1.0]}), results({"loss": [1.0]})]
    frames = {}
    for name in ("runs", "histories", "classes"):
        first, second = (getattr(known, name) for known in both)
        frames[name] = pd.concat([first, second.assign(variant="other", seed=1)])
    known = dataclasses.replace(both[0], **frames)
    claim = {"measure": "means", "column": "loss", "rule": "increasing"}
    row = judged({**claim, "variants": ["default", "other"]}, known)
    assert row["reproduced"] == "not comparable"
    assert row["remark"] == "no seed has finished for all of its variants"


def test_orders() -> None:
    for rule, expected in (("increasing", True), ("decreasing", False)):
        assert judging.judge({"rule": rule}, [[1.0, 2.0, 3.0]]).reproduced is expected
        assert not judging.judge({"rule": rule}, [[1.0, 1.0]]).reproduced


def test_what_is_reproduced_is_not_called_not_reached() -> None:
    reach = {"measure": "test_accuracy", "reach": "val_accuracy", "published": 0.9, "tolerance": 1}
    row = judged(reach, val_accuracy=[0.8, 0.89])
    assert (row["reproduced"], row["remark"]) == ("yes", "")


def test_a_series_is_judged_at_every_epoch() -> None:
    claim = {"measure": "series", "column": "loss", "published": [2, 1], "tolerance": 0.1}
    assert judged(claim, loss=[2.05, 1.0])["reproduced"] == "yes"
    assert judged(claim, loss=[2.05, 1.2])["reproduced"] == "no"
    assert judged(claim, loss=[2.0])["reproduced"] == "no"


def test_a_value_that_is_not_a_number_is_never_reproduced() -> None:
    claim = {"measure": "test_accuracy", "published": 0.9, "tolerance": 1}
    row = judged(claim, results({"loss": [1.0]}, accuracy=math.nan))
    assert row["reproduced"] not in ("yes",)
    series = {"measure": "series", "column": "loss", "published": [2, 1], "tolerance": 0.1}
    assert judged(series, loss=[2.0, math.nan])["reproduced"] != "yes"


def test_a_window_beyond_the_run_is_not_comparable() -> None:
    claim = {"measure": "means", "column": "loss", "epochs": [21, 100], "rule": "decreasing"}
    row = judged({**claim, "variants": ["default", "default"]}, loss=[2.0, 1.0])
    assert row["reproduced"] == "not comparable"
    assert row["remark"]


def test_claims_about_other_data_or_runs_are_not_judged() -> None:
    claim: dict[str, object] = {"measure": "test_accuracy", "published": 1, "tolerance": 1}
    assert judged({**claim, "dataset": "cifar10"}, loss=[1])["reproduced"] == "not comparable"
    assert judged({**claim, "variant": "x"}, loss=[1])["reproduced"] == "not comparable"


def test_claims_on_runs_without_a_result_wait_for_them() -> None:
    known = results({"loss": [1.0]}, status="missing")
    row = judged({"measure": "test_accuracy", "published": 1, "tolerance": 1}, known)
    assert row["reproduced"] == "missing"
    assert "e/default" in row["remark"]


def test_every_claim_of_the_study_has_a_run() -> None:
    study = config.load([ROOT / "config" / "config.yaml"])
    runs = {(run.experiment, run.variant) for run in study.runs}
    assert len(study.claims) >= 30
    for claim in study.claims:
        if "experiment" in claim:
            for variant in claim.get("variants") or [claim.get("variant", "default")]:
                assert (claim["experiment"], variant) in runs, claim
        if claim.get("rule", "within") == "within":
            assert {"published", "tolerance"} <= claim.keys()


def test_seeds_without_a_value_are_counted() -> None:
    claim = {"measure": "x", "rule": "within", "tolerance": 10, "published": 20}
    seeds = [[float("nan")], [20.0], [float("nan")]]
    verdict = judging.judge(claim, seeds)
    assert (verdict.reproduced, verdict.remark) == (False, "in 2 of 3 seeds there is no such value")
    assert math.isnan(judging.deviations(seeds)[0])
    assert judging.deviations([[1.0], [3.0]]) == [pytest.approx(2**0.5)]
