"""Each measure on small tables, and what keeps a claim from being compared."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study import tables
from study.claims.published import published_curve
from study.claims.results import ClaimResults, IncomparableError
from study.claims.scorecard import measured, scorecard
from study.results import Results

CURVES = {  # two seeds per variant: their mean is what is measured
    ("10", 0): {"loss": [4.0, 2.0, 1.0, 1.0], "val_loss": [3.0, 1.0, 2.0, 4.0]},
    ("10", 1): {"loss": [2.0, 2.0, 1.0, 1.0], "val_loss": [1.0, 1.0, 2.0, 2.0]},
    ("20", 0): {"loss": [2.0, 1.5, 1.0, 0.5], "val_loss": [2.0, 2.5, 3.0, 3.5]},
}


DATASET = {
    "name": "mnist", "train": 90, "input_shape": "28 × 28 × 1", "pixel_lowest": 3,
    "pixel_highest": 250, "train_rarest_class": 8, "train_commonest_class": 11,
    "test_rarest_class": 1, "test_commonest_class": 2,
}  # fmt: skip


@pytest.fixture
def results(tmp_path: Path) -> ClaimResults:
    """Tables of a study called `model_zoo`, whose variants look like numbers, read from files."""
    runs = [
        {"variant": v, "seed": s, "status": "finished", "parameter_count": 7, "accuracy": 0.9 + s}
        for v, s in CURVES
    ]
    runs.append({"variant": "30", "seed": 0, "status": "missing"})
    histories = [
        {"variant": v, "seed": s, "epoch": e, "step": 10 * (e + 1), "loss": a, "val_loss": b}
        for (v, s), curve in CURVES.items()
        for e, (a, b) in enumerate(zip(curve["loss"], curve["val_loss"], strict=True))
    ]
    classes = [
        {"variant": "10", "seed": s, "class_id": c, "class": str(9 - c), "accuracy": (c + s) / 20}
        for s in (0, 1)
        for c in range(11)
    ]
    layers = [{"variant": "10", "layer": place, "parameters": place * 5} for place in range(12)]
    shapes = dict(enumerate(("28 × 28 × 6", "14 × 14 × 6", "120")))
    layers = [{"experiment": "e", "output_shape": shapes.get(row["layer"], "9"), **row}
              for row in layers]  # fmt: skip
    layers.append({"experiment": "demo", "variant": "", "layer": 0, "parameters": 60})
    outputs = [
        {"demonstration": "demo", "example": e, "class_id": c, "probability": 0.5}
        for e in (0, 1)
        for c in (0, 1)
    ]
    rows = {
        "runs": [{"experiment": "e", "dataset_name": "mnist", **row} for row in runs],
        "histories": [{"experiment": "e", **row} for row in histories],
        "classes": [{"experiment": "e", **row} for row in classes],
        "layers": layers,
        "demonstrations": [{"demonstration": "demo"}],
        "outputs": outputs,
        "datasets": [DATASET],
        "exports": [
            {"experiment": "e", "variant": "10", "seed": s, "accuracy": s / 2, "different": 3 * s}
            for s in (0, 1)
        ],
    }
    folder = tmp_path / "results" / "model_zoo" / "tables"
    for name, found in rows.items():
        tables.write(tables.arrange(pd.DataFrame(found), name), folder / f"{name}.csv")
    files = {name: str(folder / f"{name}.csv") for name in rows}
    return ClaimResults.read(Results(stored_files(tmp_path)), **files)


def stored_files(folder: Path) -> dict[str, list[str]]:
    """A function, draws, and the maps of two images in a network of two layers."""
    functions, draws = folder / "functions.csv", folder / "draws.npz"
    functions.write_text("function,x,y\nhalf,-2,-1\nhalf,0,0\nhalf,3,1.5\n")
    np.savez(draws, draws=np.array([-0.21, 0.1, 0.2, 0.3], np.float32), stddev=np.float32(0.1))
    maps = {  # each largest response: 8, 0.7, 0.9; in the untrained network the third is silent
        "0/maps_1": np.array([[[8, 0.7, 0.2], [0, 0, 0]]], np.float32),
        "1/maps_1": np.array([[[0, 0, 0], [1, 0, 0.9]]], np.float32),
        "2/maps_1": np.array([[[10, 10, 0]]], np.float32),
    }
    np.savez(folder / "recorded.npz", **maps)
    layers = [{"name": "conv"}, {"name": "pool"}]
    views = [{"trained": trained, "layers": layers} for trained in (True, True, False)]
    about = {"experiment": "e", "variant": "10", "seed": 1, "keep": [], "views": views}
    (folder / "recorded.json").write_text(json.dumps(about))
    recorded = [str(folder / f"recorded.{suffix}") for suffix in ("npz", "json")]
    return {"functions": [str(functions)], "draws": [str(draws)], "activations": recorded}


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({"measure": "parameters", "variant": "10"}, [7]),
        ({"measure": "layer_parameters", "variant": "10"}, [5 * place for place in range(12)]),
        ({"measure": "map_shapes", "variant": "10"}, [28, 28, 6, 14, 14, 6]),
        ({"measure": "demonstration_parameters", "demonstration": "demo"}, [60]),
        ({"measure": "demonstration_sums", "demonstration": "demo"}, [1, 1]),
        ({"measure": "test_accuracy", "variant": "10"}, [1.4]),
        ({"measure": "class_accuracy", "variant": "10"}, [(c + 0.5) / 20 for c in range(11)]),
        ({"measure": "series", "variant": "10", "column": "loss"}, [3, 2, 1, 1]),
        ({"measure": "best", "variant": "10", "column": "loss", "epochs": [2, 4]}, [2]),
        ({"measure": "lowest", "variant": "10", "column": "val_loss"}, [1]),
        ({"measure": "epoch_of_lowest", "variant": "10", "column": "val_loss"}, [2]),
        ({"measure": "at_step", "variant": "10", "column": "loss", "step": 10}, [3]),
        ({"measure": "final_gap", "variant": "10"}, [2]),
        ({"measure": "means", "variants": ["10", "20"], "column": "loss"}, [1.75, 1.25]),
        (
            {"measure": "means", "variants": ["10", "20"], "column": "loss", "epochs": [1, 2]},
            [2.5, 1.75],
        ),
        (
            {"measure": "slopes", "variants": ["10", "20"], "column": "val_loss", "epochs": [2, 4]},
            [1, 0.5],
        ),
        ({"measure": "worst_less_last", "variants": ["10", "20"], "column": "loss"}, [0.5]),
        (
            {"measure": "relative_unsteadiness", "variants": ["20", "10"], "column": "loss"},
            [0],
        ),
        ({"measure": "relative_to_lowest", "variant": "10", "column": "val_loss"}, [3]),
        ({"measure": "relative_to_lowest", "variant": "10", "column": "loss", "epoch": 2}, [2]),
        (
            {
                "measure": "later_less_earlier",
                "variant": "10",
                "column": "loss",
                "earlier": [1, 2],
                "later": [3, 4],
            },
            [-1.5],
        ),
        ({"measure": "mean_of_last", "variant": "10", "column": "loss", "points": 3}, [4 / 3]),
        (
            {
                "measure": "epochs_ahead",
                "variants": ["20", "10"],
                "column": "val_loss",
                "fraction": 0.7,
            },
            [2],
        ),
        ({"measure": "accuracy_gain", "variants": ["10", "20"]}, [-0.5]),
        ({"measure": "demonstration_shape", "demonstration": "demo"}, [2, 2]),
        ({"measure": "is_refused", "model": "mlp", "parameters": {"dropout": 1.0}}, [1]),
        ({"measure": "training_shape", "dataset": "mnist"}, [90, 28, 28]),
        ({"measure": "pixel_range", "dataset": "mnist"}, [3, 250]),
        ({"measure": "class_sizes", "dataset": "mnist"}, [8, 11, 1, 2]),
        (
            {"measure": "function_values", "function": "half", "arguments": [3, -2, 3]},
            [1.5, -1, 1.5],
        ),
        ({"measure": "draws_beyond_two_deviations"}, [2]),
        ({"measure": "export_accuracy", "variant": "10"}, [0.25]),
        ({"measure": "changed_answers", "variant": "10"}, [3]),
        ({"measure": "silent_maps", "variant": "10", "layer": "pool", "fraction": 0.1}, [1]),
        ({"measure": "silent_maps", "variant": "10", "layer": "pool", "fraction": 0.01}, [0]),
        ({"measure": "is_refused", "model": "mlp", "parameters": {"dropout": 0.5}}, [0]),
    ],
)
def test_a_measure_by_hand(
    results: ClaimResults, claim: dict[str, object], expected: list[float]
) -> None:
    own = claim if "demonstration" in claim else {"experiment": "e", **claim}
    assert measured(results, own) == pytest.approx(expected, abs=1e-12)


def widening(losses: list[float], gaps: list[float]) -> ClaimResults:
    """One run whose validation loss is its training loss and a gap."""
    history = pd.DataFrame({"loss": losses, "val_loss": np.add(losses, gaps)})
    history = history.assign(experiment="e", variant="10", seed=0, epoch=range(len(losses)))
    run = {"experiment": "e", "variant": "10", "seed": 0, "status": "finished", "dataset_name": ""}
    empty = pd.DataFrame(columns=["seed", "demonstration"])
    return ClaimResults(pd.DataFrame([run]), history, *[empty] * 6)


def test_a_gap_widens_if_it_grows_by_more_than_twice_its_spread() -> None:
    steady, growing = [0.1, 0.12] * 10, [0.3, 0.32] * 5
    known = widening([1.0] * 30, steady + growing)
    spread = np.std([0.1, 0.12] * 5, ddof=1)
    claim = {"measure": "gap_widening", "experiment": "e", "variant": "10"}
    assert measured(known, {**claim, "epoch": 20}) == pytest.approx([0.2 / (2 * spread)])
    assert measured(known, {**claim, "epoch": 10}) == pytest.approx([0], abs=1e-12)
    claim["measure"] = "gap_widens_at"
    assert measured(known, claim) == [20]
    assert math.isnan(measured(widening([1.0] * 20, steady), claim)[0])
    with pytest.raises(IncomparableError, match="e/10 has 20"):
        measured(widening([1.0] * 20, steady), {**claim, "measure": "gap_widening", "epoch": 20})


def test_a_misspelt_parameter_is_not_refused_for_its_value(results: ClaimResults) -> None:
    claim = {"measure": "is_refused", "model": "mlp", "parameters": {"droput": 1.0}}
    with pytest.raises(IncomparableError, match="mlp has no parameter droput"):
        measured(results, claim)


def judged(results: ClaimResults, **claim: object) -> dict[str, object]:
    whole = {"tutorial": "S0", "claim": "c", "experiment": "e", "variant": "10"} | claim
    (row,) = scorecard(results, [{k: v for k, v in whole.items() if v is not None}]).to_dict(
        "records"
    )
    return row


def test_variants_that_look_like_numbers_are_found(results: ClaimResults) -> None:
    row = judged(results, measure="parameters", published=7, tolerance=0)
    assert (row["reproduced"], row["ours"], row["variant"]) == ("yes", "7", "10")


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


def test_a_planned_data_set_without_a_finished_run_is_missing(results: ClaimResults) -> None:
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
