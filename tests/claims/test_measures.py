"""Each measure on small tables."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from model_zoo import judged, results_in

from study.claims.results import ClaimResults, IncomparableError
from study.claims.scorecard import measured


@pytest.fixture
def results(tmp_path: Path) -> ClaimResults:
    return results_in(tmp_path)


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
        ({"measure": "changed_predictions", "variant": "10"}, [3]),
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


def test_variants_that_look_like_numbers_are_found(results: ClaimResults) -> None:
    row = judged(results, measure="parameters", published=7, tolerance=0)
    assert (row["reproduced"], row["ours"], row["variant"]) == ("yes", "7", "10")
