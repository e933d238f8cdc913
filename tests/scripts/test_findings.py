"""What the report says was found follows from the tables."""

import pandas as pd

from study.findings import findings


def tables(
    accuracies: dict[str, float], losses: dict[str, list[float]]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    runs = pd.DataFrame(
        {
            "variant": name,
            "seed": 0,
            "accuracy": accuracy,
            "accuracy_low": accuracy - 0.01,
            "accuracy_high": accuracy + 0.01,
            "calibration_error": 1 - accuracy,
        }
        for name, accuracy in accuracies.items()
    )
    history = pd.DataFrame(
        {"variant": name, "epoch": epoch, "val_loss": loss}
        for name, curve in losses.items()
        for epoch, loss in enumerate(curve)
    )
    classes = pd.DataFrame(
        {"variant": name, "class": label, "accuracy": accuracy + shift}
        for name, accuracy in accuracies.items()
        for label, shift in (("7", 0.01), ("8", -0.02))
    )
    return runs, history, classes


def test_the_curve_that_rises_most_is_the_one_that_rises_most_of_its_own_height() -> None:
    # `high` rises by .1 from 2, which is 5 %; `low` by .05 from .5, which is 10 %.
    losses = {"high": [3.0, 2.0, 2.1], "low": [0.6, 0.5, 0.55]}
    found = findings(*tables({"high": 0.9, "low": 0.95}, losses), watched=True)
    assert (
        "The loss on the test split of low, which rises most, is lowest in epoch 2 with 0.5000, "
        "and ends 10 % higher with 0.5500."
    ) in found
    steady = findings(*tables({"a": 0.9}, {"a": [3.0, 2.0, 2.001]}), watched=False)
    assert "No variant's validation loss ends more than 1 % above its lowest point." in steady


def test_variants_whose_intervals_overlap_with_the_bests_are_named() -> None:
    losses = {name: [1.0] for name in ("a", "b_c", "d")}
    found = findings(*tables({"a": 0.9, "b_c": 0.91, "d": 0.5}, losses), watched=True)
    assert found[0] == (
        "The test accuracy runs from 0.5000 (d) to 0.9100 (b c). "
        "The 95 % intervals of a overlap with the best one's."
    )
    assert "The hardest class of b c is 8, of which 0.8900 is recognised" in found[2]
    alone = findings(*tables({"a": 0.9}, {"a": [1.0]}), watched=True)
    assert alone[0] == "The test accuracy is 0.9000."
