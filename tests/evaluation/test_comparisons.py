"""Comparisons of variants on the same images, against SciPy and by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

import compare_variants
from study import tables
from study.evaluation import comparisons
from study.evaluation.comparisons import VariantRuns, compare, image_order, spread, titles_of
from study.prepared import Dataset


def runs_of(variant: str, *correct: np.ndarray, images: str = "i") -> VariantRuns:
    return VariantRuns("e", variant, images, np.array(correct, bool))


def right(examples: int, *wrong: int) -> np.ndarray:
    correct = np.ones(examples, bool)
    correct[list(wrong)] = False
    return correct


def test_the_order_depends_on_the_content_alone() -> None:
    images = np.random.default_rng(0).integers(0, 256, (20, 3, 3, 1)).astype(np.uint8)
    labels = np.arange(20, dtype=np.int32)
    name, order = image_order(images, labels)
    turned, other = image_order(images[::-1], labels[::-1])
    assert name == turned
    np.testing.assert_array_equal(images[order], images[::-1][other])
    assert image_order(images, labels + 1)[0] != name
    assert image_order(images[:19], labels[:19])[0] != name


def test_runs_on_the_same_images_in_two_orders_are_paired_image_by_image(tmp_path: Path) -> None:
    images = np.arange(16, dtype=np.uint8).reshape(4, 2, 2, 1)
    labels = np.array([0, 1, 0, 1], np.int32)
    right = {0: np.array([True, False, False, True]), 1: np.array([True, True, True, False])}
    orders = {"published": slice(None), "turned": slice(None, None, -1)}
    datasets, files = {}, []
    for name, order in orders.items():
        arrays = {"test_images": images[order], "test_labels": labels[order]}
        datasets[name] = Dataset(arrays, {"name": name, "class_names": ["a", "b"]})
        for seed, correct in right.items():
            folder = tmp_path / name / str(seed)
            folder.mkdir(parents=True)
            settings = {"dataset": name, "splits": {"test": "test"}}
            record = {"experiment": "e", "variant": name, "seed": seed, "settings": settings}
            (folder / "run.json").write_text(json.dumps(record))
            logits = np.eye(2, dtype=np.float32)[np.where(correct, labels, 1 - labels)][order]
            np.savez(folder / "predictions.npz", logits=logits, labels=labels[order])
            files.append((str(folder / "run.json"), str(folder / "predictions.npz")))
    found, places = compare_variants.tested(*zip(*files, strict=True), datasets)
    assert [(each.experiment, each.variant) for each in found] == [
        ("e", "published"),
        ("e", "turned"),
    ]
    assert places == {found[0].images: ("published", "test")}
    assert found[1].images == found[0].images
    np.testing.assert_array_equal(found[0].correct, found[1].correct)
    assert found[0].correct.sum(axis=1).tolist() == [2, 3]


def test_mcnemars_test_is_the_exact_binomial_one() -> None:
    a, b = right(1000, *range(10)), right(1000, *range(5, 40))
    (row,) = compare([runs_of("a", a), runs_of("b", b)], {"i": "Images"}).to_dict("records")
    assert (row["only_first"], row["only_second"]) == (30, 5)
    assert row["p"] == pytest.approx(binomtest(5, 35).pvalue)
    assert row["p_holm"] == row["p"]
    assert row["verdict"] == "better"
    assert row["difference"] == pytest.approx(0.025)
    assert row["difference_low"] < 0.025 < row["difference_high"]
    deviation = np.sqrt(35 / 1000 - 0.025**2) / np.sqrt(1000)
    width = row["difference_high"] - row["difference_low"]
    assert width == pytest.approx(2 * 1.96 * deviation, rel=0.1)


def test_holms_correction_is_over_all_pairs_of_the_same_images() -> None:
    correct = {"a": right(500), "b": right(500, *range(7)), "c": right(500, *range(9))}
    own = [runs_of(name, values) for name, values in correct.items()]
    elsewhere = [
        runs_of("d", right(9), images="j"),
        runs_of("e", right(9, 1), images="j"),
    ]
    table = compare([*own, *elsewhere], {"i": "Images", "j": "Others"})
    assert table["variant"].tolist() == ["a", "a", "b", "d"]
    assert table["other_variant"].tolist() == ["b", "c", "c", "e"]
    p, corrected = table["p"].to_numpy(), table["p_holm"].to_numpy()
    smallest_first = np.sort(p[:3])
    assert np.sort(corrected[:3]) == pytest.approx(
        np.minimum(1, np.maximum.accumulate(smallest_first * [3, 2, 1]))
    )
    assert corrected[3] == p[3]
    assert table["verdict"].tolist() == ["better", "better", "", ""]


def test_more_seeds_count_in_the_difference_and_its_interval() -> None:
    generator = np.random.default_rng(0)
    a = [generator.random(2000) < accuracy for accuracy in (0.9, 0.94, 0.98)]
    b = [generator.random(2000) < 0.9 for _ in range(3)]
    several = compare([runs_of("a", *a), runs_of("b", *b)], {"i": ""}).iloc[0]
    alone = compare([runs_of("a", a[1]), runs_of("b", b[1])], {"i": ""}).iloc[0]
    assert several["difference"] == pytest.approx(np.mean(a) - np.mean(b))
    # McNemar's test is of the first seeds alone.
    assert several["only_first"] == (a[0] & ~b[0]).sum()
    assert several["only_second"] == (~a[0] & b[0]).sum()

    def width(row: object) -> float:
        return float(row["difference_high"] - row["difference_low"])  # type: ignore[index]

    assert width(several) > 1.3 * width(alone), "the seeds of a differ by much"
    again = compare([runs_of("a", *a), runs_of("b", *b)], {"i": ""}).iloc[0]
    assert again["difference_low"] == several["difference_low"], "fixed random numbers"


def test_one_variant_has_nothing_to_be_compared_with() -> None:
    assert compare([runs_of("a", right(9))], {"i": ""}).empty
    assert spread([runs_of("a", right(9))]).empty


def test_the_spread_of_equally_good_networks_is_that_of_the_images() -> None:
    generator = np.random.default_rng(1)
    chances = np.where(np.arange(4000) < 400, 0.5, 1.0)  # a tenth of the images is a coin's toss
    equal = [generator.random(4000) < chances for _ in range(60)]
    row = spread([runs_of("a", *equal)]).iloc[0]
    assert row["deviation_of_images"] == pytest.approx(np.sqrt(400 * 0.25) / 4000, rel=0.02)
    assert row["accuracy_deviation"] == pytest.approx(row["deviation_of_images"], rel=0.25)
    assert row["deviation_of_networks"] < 0.6 * row["accuracy_deviation"]
    levels = generator.normal(0.9, 0.03, 60)
    unequal = [generator.random(4000) < level for level in levels]
    row = spread([runs_of("a", *unequal)]).iloc[0]
    assert row["deviation_of_networks"] == pytest.approx(levels.std(ddof=1), rel=0.1)


def test_the_spread_of_three_seeds_by_hand() -> None:
    """Few seeds: their variance and that of the images are divided by two, not by three."""
    correct = [(1, 1, 1, 1), (1, 0, 1, 1), (0, 0, 1, 1)]  # accuracies: 1, 3/4, 1/2
    row = spread([runs_of("a", *map(np.array, correct))]).iloc[0]
    assert row["accuracy_deviation"] == pytest.approx(1 / 4)
    # Two of three and one of three are right on the first two images, all on the others.
    assert row["deviation_of_images"] ** 2 == pytest.approx(2 * (1 / 3) / 4**2)
    assert row["deviation_of_networks"] ** 2 == pytest.approx(1 / 16 - 1 / 24)


def test_the_bootstrap_is_of_whole_images() -> None:
    """Two variants that are right on the same images never differ."""
    correct = right(300, *range(40))
    row = compare([runs_of("a", correct), runs_of("b", correct)], {"i": ""}).iloc[0]
    assert (row["difference_low"], row["difference_high"], row["p"]) == (0, 0, 1)
    assert comparisons.RESAMPLES >= 1000


@pytest.mark.parametrize("name", ["comparisons", "spread"])
def test_tables_are_read_as_they_were_written(name: str, tmp_path: Path) -> None:
    """A column is text in all tables or in none."""
    variants = [runs_of("a", right(9), right(9, 1)), runs_of("b", right(9, 2), right(9))]
    written = compare(variants, {"i": ""}) if name == "comparisons" else spread(variants)
    tables.write(written, tmp_path / "table.csv")
    pd.testing.assert_frame_equal(tables.read(tmp_path / "table.csv"), written, check_dtype=False)
    assert set(tables.columns(name)) == set(written)


def test_several_test_splits_of_one_dataset_are_told_apart() -> None:
    places = {"i": ("digits", "test"), "j": ("digits", "test[:500]"), "k": ("letters", "test")}
    titles = {"digits": "Digits", "letters": "Letters"}
    assert titles_of(places, titles) == {
        "i": "Digits, test",
        "j": "Digits, test[:500]",
        "k": "Letters",
    }
    places["l"] = ("same_title", "test")
    assert titles_of(places, titles | {"same_title": "Letters"}) == {
        "i": "Digits, test",
        "j": "Digits, test[:500]",
        "k": "Letters, test of letters",
        "l": "Letters, test of same_title",
    }
