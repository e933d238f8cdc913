"""What the report says was found follows from the tables."""

from typing import Any

import pandas as pd

from study.report.experiment import own_pairs
from study.report.findings import findings


def tables(
    accuracies: dict[str, float], losses: dict[str, list[float]], first_epoch: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    variants = pd.DataFrame(
        {
            "variant": name,
            "dataset_title": "Digits",
            "seeds": 1,
            "accuracy": accuracy,
            "accuracy_low": accuracy - 0.01,
            "accuracy_high": accuracy + 0.01,
            "calibration_error": 1 - accuracy,
        }
        for name, accuracy in accuracies.items()
    )
    history = pd.DataFrame(
        {"variant": name, "epoch": first_epoch + epoch, "val_loss": loss}
        for name, curve in losses.items()
        for epoch, loss in enumerate(curve)
    )
    classes = pd.DataFrame(
        {"variant": name, "class": label, "accuracy": accuracy + shift}
        for name, accuracy in accuracies.items()
        for label, shift in (("7", 0.01), ("8", -0.02))
    )
    return variants, history, classes


PAIR = ["variant", "other_variant", "difference_low", "difference_high"]


def found(*made: Any, pairs: tuple[tuple[Any, ...], ...] = (), watched: bool = False) -> list[str]:
    names = {name: name.replace("_", " ") for name in made[0]["variant"]}
    comparisons = pd.DataFrame(pairs, columns=PAIR)
    return findings(*made, comparisons, dict.fromkeys(names, watched), names)


def test_the_curve_that_rises_most_is_the_one_that_rises_most_of_its_own_height() -> None:
    # `high` rises by .1 from 2, which is 5 %; `low` by .05 from .5, which is 10 %.
    losses = {"high": [3.0, 2.0, 2.1], "low": [0.6, 0.5, 0.55]}
    assert (
        "The loss on the test split rises most for low: it is lowest after epoch 2 (0.5000) "
        "and ends 10 % higher (0.5500)."
    ) in found(*tables({"high": 0.9, "low": 0.95}, losses), watched=True)
    steady = found(*tables({"a": 0.9, "b": 0.9}, {"a": [3.0, 2.0, 2.001], "b": [1.0]}))
    assert "No variant's validation loss ends more than 1 % above its lowest point." in steady


def test_variants_over_which_the_lead_of_the_best_is_uncertain_are_named() -> None:
    made = tables({"a": 0.9, "b_c": 0.91, "d_e": 0.5}, {name: [1.0] for name in ("a", "b_c", "d")})
    others = ("a", "d_e", -0.1, 0.3)  # not of the best one
    sentences = found(*made, pairs=(("a", "b_c", -0.03, 0.01), ("b_c", "d_e", 0.1, 0.2), others))
    assert sentences[0] == (
        "The test accuracy ranges from 0.5000 for d e to 0.9100 for b c. "
        "The 95 % interval of the best variant's lead over a includes 0."
    )
    clear = found(*made, pairs=(("a", "b_c", -0.03, -0.01), ("b_c", "d_e", 0.1, 0.2), others))
    leads = "The 95 % intervals of the best variant's leads over all others"
    assert clear[0].endswith(f"{leads} are above 0.")
    unclear = found(*made, pairs=(("a", "b_c", -0.03, 0.01), ("b_c", "d_e", -0.1, 0.2)))
    assert unclear[0].endswith(f"{leads} include 0.")
    some = found(*made, pairs=(("a", "b_c", -0.03, -0.01),))
    assert some[0].endswith("of the best variant's lead over a is above 0."), "d e has other images"
    assert found(*made)[0].endswith("0.9100 for b c."), "there is nothing to compare"
    assert "The hardest class for b c is 8 with an accuracy of 0.8900" in sentences[2]
    alone = found(*tables({"a": 0.9}, {"a": [1.0]}))
    assert alone[0] == "The test accuracy is 0.9000."


def test_pairs_with_another_experiment_are_not_the_experiments_own() -> None:
    pairs = pd.DataFrame(
        {
            "experiment": ["grid", "grid", "other"],
            "other_experiment": ["grid", "other", "other"],
            "variant": ["a", "a", "c"],
        }
    )
    own = own_pairs({"comparisons": pairs}, "grid")
    assert own.index.to_list() == [0]


def test_a_loss_ends_with_the_mean_of_its_last_tenth() -> None:
    curve = [2.0] * 10 + [1.0] + [1.5] * 7 + [1.1, 1.3]
    (said,) = [s for s in found(*tables({"a": 0.9}, {"a": curve})) if "loss" in s]
    assert said == (
        "The validation loss is lowest after epoch 11 (1.0000) and ends 20 % higher "
        "(mean of the last 2 epochs: 1.2000)."
    )
    falling = [1 - epoch / 100 for epoch in range(50)]
    (said,) = [s for s in found(*tables({"a": 0.9}, {"a": falling})) if "loss" in s]
    assert said == "The validation loss ends at most 1 % above its lowest point."


def test_the_epoch_of_the_lowest_loss_is_read_from_its_row() -> None:
    # The history begins with epoch 5, so the lowest loss is that of the 7th epoch.
    made = tables({"a": 0.9}, {"a": [3.0, 2.0, 2.5]}, first_epoch=5)
    assert "The validation loss is lowest after epoch 7 (2.0000)" in " ".join(found(*made))


def test_a_variant_of_another_length_changes_no_other_ones_epochs() -> None:
    variants, history, classes = tables({"a": 0.9, "b": 0.9}, {"a": [2.0, 1.0, 3.0]})
    sparse = pd.DataFrame({"variant": "b", "epoch": [3, 9], "val_loss": [1.0, 1.0]})
    said = found(variants, pd.concat([sparse, history]), classes)
    assert "The validation loss rises most for a: it is lowest after epoch 2" in said[1]
    assert "ends 200 % higher (3.0000)" in said[1]


def test_variants_without_validation_beside_some_with() -> None:
    variants, history, classes = tables({"a": 0.9, "b": 0.8}, {"a": [2.0, 1.0, 3.0]})
    bare = pd.DataFrame({"variant": "b", "epoch": [0, 1], "val_loss": [None, None]})
    said = found(variants, pd.concat([history, bare.astype({"val_loss": float})]), classes)
    assert said[1].startswith("The validation loss is lowest after epoch 2")
    without = found(variants, bare.astype({"val_loss": float}), classes)
    assert not any("loss" in sentence for sentence in without)


def test_a_loss_of_zero_and_a_class_without_examples_are_survived() -> None:
    variants, history, classes = tables({"a": 0.9}, {"a": [1.0, 0.0]})
    classes.loc[0, "accuracy"] = None
    assert found(variants, history, classes) == [
        "The test accuracy is 0.9000.",
        "The expected calibration error is 0.1000.",
    ]


def test_accuracies_on_several_datasets_are_not_compared() -> None:
    variants, history, classes = tables({"a": 0.9, "b": 0.5}, {"a": [1.0], "b": [1.0]})
    variants["dataset_title"] = ["Digits", "Clothes"]
    said = found(variants, history, classes)
    assert "On Digits: the test accuracy is 0.9000." in said
    assert "On Clothes: the test accuracy is 0.5000." in said


def test_means_over_seeds_are_called_means() -> None:
    variants, history, classes = tables({"a": 0.9}, {"a": [1.0]})
    variants["seeds"] = 3
    assert found(variants, history, classes)[0] == (
        "The test accuracy is 0.9000, the mean over 3 seeds."
    )


def curves(gaps: dict[str, list[float]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tables of variants whose training accuracy differs from that on other images."""
    variants, _, classes = tables(dict.fromkeys(gaps, 0.9), {})
    history = pd.DataFrame(
        {"variant": name, "epoch": epoch, "val_loss": None, "val_accuracy": 0.8,
         "accuracy": 0.8 + gap}
        for name, own in gaps.items() for epoch, gap in enumerate(own)
    )  # fmt: skip
    return variants, history, classes


def test_the_gap_between_training_and_validation_is_told_with_its_beginning() -> None:
    closed, opened = [-0.1, 0.0, 0.005], [-0.1, 0.02, 0.0, 0.03, 0.05]
    sentences = found(*curves({"a": closed, "b": opened}), watched=True)
    assert (
        "Compared with the accuracy on the test split, training accuracy ends 0.0500 above for b "
        "(above 0.01 since epoch 4) and 0.0050 above for a."
    ) in sentences
    (alone,) = [s for s in found(*curves({"a": [0.02, 0.03]})) if s.startswith("Compared")]
    assert alone == (
        "Compared with the accuracy on the validation split, training accuracy ends "
        "0.0300 above (above 0.01 in all epochs)."
    )
    below = found(*curves({"a": [-0.02, -0.03]}))
    assert any("training accuracy ends 0.0300 below." in sentence for sentence in below)


def test_of_many_variants_the_largest_and_the_smallest_gap_are_told() -> None:
    many = {f"v{number}": [number / 1000] for number in range(9)}
    (told,) = [s for s in found(*curves(many)) if s.startswith("Compared")]
    assert "0.0080 above for v8 and 0.0000 above for v0." in told
    assert told.endswith("These are the extremes of all variants.")
    assert "v4" not in told
