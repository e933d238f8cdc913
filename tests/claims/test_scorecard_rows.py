"""What keeps a claim from being compared, and what stands in its row."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from model_zoo import judged, results_in

from study.claims.published import published_curve
from study.claims.results import ClaimResults, IncomparableError
from study.claims.scorecard import measured, scorecard


@pytest.fixture
def results(tmp_path: Path) -> ClaimResults:
    return results_in(tmp_path)


@pytest.mark.parametrize(
    ("claim", "remark"),
    [
        ({"measure": "series", "column": "loss", "epochs": [3, 6]}, "e/10 has 4"),
        ({"measure": "series", "column": "batch_accuracy"}, "e/10 has no batch_accuracy"),
        ({"measure": "at_step", "column": "loss", "step": 15}, "e/10 has no loss after step 15"),
        ({"measure": "test_accuracy", "dataset": "fashion_mnist"}, "this study has mnist"),
        ({"measure": "test_accuracy", "variant": "99"}, "not part of this study: e/99"),
        ({"measure": "class_accuracy", "variant": "20"}, "the results have no class_accuracy"),
        ({"measure": "export_accuracy", "variant": "20"}, "e/20 was not exported"),
        (
            {"measure": "silent_maps", "layer": "dense", "fraction": 0.1},
            "no layer 'dense' with maps; there is conv, pool",
        ),
        (
            {"measure": "silent_maps", "variant": "20", "layer": "pool", "fraction": 0.1},
            "nothing of e/20 was recorded",
        ),
        (
            {
                "measure": "function_values",
                "function": "third",
                "arguments": [0],
                "experiment": None,
            },
            "third is not tabulated; there is half",
        ),
        (
            {
                "measure": "function_values",
                "function": "half",
                "arguments": [1],
                "experiment": None,
            },
            "half is not tabulated at 1",
        ),
        (
            {"measure": "pixel_range", "dataset": "fashion_mnist", "experiment": None},
            "not part of this study: fashion_mnist",
        ),
        (
            {"measure": "demonstration_sums", "demonstration": "x", "experiment": None},
            "not part of this study",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(
    results: ClaimResults, claim: dict[str, object], remark: str
) -> None:
    row = judged(results, published=1, tolerance=9, **claim)
    assert row["reproduced"] == "not comparable"
    assert remark in str(row["remark"])
    assert row["ours"] == ""


def test_a_planned_run_without_a_result_is_missing(results: ClaimResults) -> None:
    row = judged(results, measure="parameters", variant="30", published=7, tolerance=0)
    assert (row["reproduced"], row["remark"]) == ("missing", "no result of e/30")
    other = judged(
        results, measure="parameters", variant="30", dataset="x", published=7, tolerance=0
    )
    assert other["reproduced"] == "not comparable"


def test_a_planned_dataset_without_a_finished_run_is_missing(results: ClaimResults) -> None:
    planned = results.runs.assign(dataset_name="kmnist")
    both = replace(results, runs=pd.concat([results.runs, planned.assign(status="missing")]))
    claim = {"measure": "pixel_range", "experiment": None, "variant": None, "dataset": "kmnist"}
    row = judged(both, published=[0, 255], tolerance=0, **claim)
    assert (row["reproduced"], row["remark"]) == ("missing", "no result on kmnist")


@pytest.mark.parametrize(
    ("maps", "fraction", "silent"),
    [
        ([[0.0, 0.0]], 0.1, 2),
        ([[1.0, 0.0]], 1e-9, 1),
        ([[1.0, 2.0], [2.0, 0.1]], 0.5, 0),
    ],
)
def test_a_map_that_responds_nowhere_is_silent(
    results: ClaimResults, tmp_path: Path, maps: list[list[float]], fraction: float, silent: int
) -> None:
    responses = np.array(maps, np.float32)[:, None, None]
    np.savez(tmp_path / "recorded.npz", **{"0/maps_0": responses[:, 0]})
    about = {"experiment": "e", "variant": "10", "seed": 1, "keep": [],
             "views": [{"trained": True, "layers": [{"name": "conv"}]}]}  # fmt: skip
    (tmp_path / "recorded.json").write_text(json.dumps(about))
    claim = {"measure": "silent_maps", "experiment": "e", "variant": "10", "layer": "conv"}
    assert measured(results, {**claim, "fraction": fraction}) == [silent]


def test_what_is_not_finite_is_no_silent_map(results: ClaimResults, tmp_path: Path) -> None:
    broken = np.array([[[math.nan, 2.0]]], np.float32)
    np.savez(tmp_path / "recorded.npz", **{"0/maps_0": broken})
    about = {"experiment": "e", "variant": "10", "seed": 1, "keep": [],
             "views": [{"trained": True, "layers": [{"name": "conv"}]}]}  # fmt: skip
    (tmp_path / "recorded.json").write_text(json.dumps(about))
    claim = {"measure": "silent_maps", "experiment": "e", "variant": "10", "layer": "conv"}
    with pytest.raises(IncomparableError, match="values that are not finite"):
        measured(results, {**claim, "fraction": 0.1})


def test_a_claim_about_recorded_networks_is_judged_by_the_recorded_seeds(
    results: ClaimResults,
) -> None:
    row = judged(
        results, measure="silent_maps", layer="pool", fraction=0.1, published=1, tolerance=0
    )
    assert (row["reproduced"], row["seeds"]) == ("yes", "1")


def test_the_epochs_of_a_claim_are_in_its_row(results: ClaimResults) -> None:
    claim = {"measure": "series", "column": "loss", "published": [2, 1], "tolerance": 0}
    card = scorecard(results, [{"tutorial": "S0", "claim": "c", "experiment": "e",
                                "variant": "10", "epochs": [2, 3], **claim}])  # fmt: skip
    assert card["epochs"].tolist() == ["2 3"]
    assert published_curve(card, "e", "10", "loss").to_dict() == {2: 2.0, 3: 1.0}
    assert published_curve(card, "e", "10", "val_loss").empty
    whole = card.assign(epochs="")
    assert published_curve(whole, "e", "10", "loss").to_dict() == {1: 2.0, 2: 1.0}


def test_an_order_of_values_that_are_no_numbers_is_not_reproduced(results: ClaimResults) -> None:
    results.histories.loc[results.histories["variant"] == "20", "loss"] = math.inf
    claim = {"measure": "means", "variant": None, "variants": ["20", "10"], "column": "loss"}
    row = judged(results, rule="decreasing", **claim)
    assert (row["reproduced"], row["remark"]) == ("no", "a value is not finite")


def test_a_reach_that_the_run_has_not_leaves_the_verdict(results: ClaimResults) -> None:
    claim = {"measure": "test_accuracy", "reach": "val_accuracy", "published": 1.4}
    row = judged(results, tolerance=0.001, **claim)
    assert (row["reproduced"], row["remark"]) == ("yes", "e/10 has no val_accuracy")


def test_equal_values_are_no_order(results: ClaimResults) -> None:
    claim = {"measure": "means", "variant": None, "column": "loss", "rule": "decreasing"}
    assert judged(results, variants=["10", "20"], **claim)["reproduced"] == "yes"
    assert judged(results, variants=["10", "10"], **claim)["reproduced"] == "no"
