"""Claims held against results: both verdicts, and everything that cannot be compared."""

import math

import pandas as pd
import pytest

from conftest import ROOT
from study import config
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
