"""Whether one variant is better than another on the same test images, and what seeds change."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from study import tables

RESAMPLES = 2000
"""Of the bootstrap; the ends of a 95 % interval then vary by some hundredths of its width."""

LEVEL = 0.05

Row = dict[str, Any]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Variant = tuple[str, str]
Place = tuple[str, str]
"""The name of a dataset, and one of its splits."""


@dataclass(frozen=True)
class VariantRuns:
    """The runs of one variant on a test split.

    Attributes:
        experiment, variant: who they are.
        images: which test images they have seen, see :func:`image_order`.
        correct: whether each seed is right on each image, in the common order,
            (seeds, examples).
    """

    experiment: str
    variant: str
    images: str
    correct: Bools


def image_order(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32]
) -> tuple[str, npt.NDArray[np.int64]]:
    """An order of images that depends on their content alone.

    Two datasets that hold the same images in different orders are compared image by image.

    Args:
        images: uint8 (examples, height, width, channels).
        labels: int32 (examples,).

    Returns:
        A hash of what the images and labels are, and the order, int64 (examples,).
    """
    keys = [
        hashlib.sha256(np.ascontiguousarray(image).data).digest() + int(label).to_bytes(4, "big")
        for image, label in zip(images, labels, strict=True)
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return hashlib.sha256(b"".join(keys[i] for i in order)).hexdigest(), np.array(order)


def titles_of(places: Mapping[str, Place], titles: Mapping[str, str]) -> dict[str, str]:
    """What to call sets of test images: by their dataset, and by their split if it has several.

    Args:
        places: where each set is found.
        titles: of datasets, by name.
    """
    found = {images: titles[name] for images, (name, _) in places.items()}
    for longer in ("{title}, {split}", "{title}, {split} of {name}"):
        taken = Counter(found.values())
        for images, (name, split) in places.items():
            if taken[found[images]] > 1:
                found[images] = longer.format(title=titles[name], split=split, name=name)
    return found


def compare(tested: Sequence[VariantRuns], titles: Mapping[str, str]) -> pd.DataFrame:
    """The table `comparisons`: one row per pair of variants that saw the same test images.

    McNemar's exact test (McNemar 1947) asks of the first seed of either variant whether the images
    that only one of them gets right are split evenly; Holm's correction (Holm 1979) is over all
    pairs of the same images. The interval of the difference of mean accuracies is that of a
    bootstrap over images and seeds at once, with fixed random numbers.

    Args:
        tested: the variants.
        titles: what to call each set of test images, by :attr:`VariantRuns.images`.
    """
    rows: list[Row] = []
    for images, title in titles.items():
        own = [each for each in tested if each.images == images]
        pairs = list(itertools.combinations(own, 2))
        if not pairs:
            continue
        resampled = _bootstrap(own)
        found = [_compared(a, b, resampled, title) for a, b in pairs]
        for row, corrected in zip(found, _holm([row["p"] for row in found]), strict=True):
            verdict = ""
            if corrected < LEVEL:
                verdict = "better" if row["only_first"] > row["only_second"] else "worse"
            rows.append({**row, "p_holm": corrected, "verdict": verdict})
    return tables.arrange(pd.DataFrame(rows), "comparisons")


def spread(tested: Sequence[VariantRuns]) -> pd.DataFrame:
    """The table `spread`: what a variant's accuracy varies by, over seeds, and why.

    Even if all seeds gave equally good networks, their accuracies on a finite test set would
    differ: an image that half of the seeds get right counts for some and not for others. That part
    of the variance is the sum of p (1 - p) / n² over the n images, with p the fraction of seeds
    that are right (Jordan 2023, "On the variance of neural network training with respect to test
    sets and distributions"). What remains is how much the networks themselves differ.
    """
    rows = []
    for each in tested:
        seeds, examples = each.correct.shape
        if seeds < 2:
            continue
        right = each.correct.mean(axis=0)
        unbiased = right * (1 - right) * seeds / (seeds - 1)
        variance = float(each.correct.mean(axis=1).var(ddof=1))
        of_images = float(unbiased.sum()) / examples**2
        rows.append(
            {
                "experiment": each.experiment,
                "variant": each.variant,
                "seeds": seeds,
                "accuracy_deviation": variance**0.5,
                "deviation_of_images": of_images**0.5,
                "deviation_of_networks": max(0.0, variance - of_images) ** 0.5,
            }
        )
    return tables.arrange(pd.DataFrame(rows), "spread")


def _bootstrap(tested: Sequence[VariantRuns]) -> dict[Variant, Floats]:
    """Mean accuracies of resampled images and seeds, float64 (resamples,), of each variant."""
    generator = np.random.default_rng(0)
    examples = tested[0].correct.shape[1]
    counts = generator.multinomial(examples, [1 / examples] * examples, RESAMPLES)
    weights = counts.astype(np.float32) / examples
    means = {}
    for each in tested:
        accuracies = weights @ each.correct.T.astype(np.float32)
        seeds = generator.integers(0, len(each.correct), accuracies.shape)
        chosen = np.take_along_axis(accuracies, seeds, axis=1)
        means[each.experiment, each.variant] = chosen.mean(axis=1, dtype=np.float64)
    return means


def _compared(
    a: VariantRuns, b: VariantRuns, resampled: Mapping[Variant, Floats], title: str
) -> Row:
    from statsmodels.stats.contingency_tables import mcnemar

    first, second = a.correct[0], b.correct[0]
    both, neither = int((first & second).sum()), int((~first & ~second).sum())
    only_first, only_second = int((first & ~second).sum()), int((~first & second).sum())
    test = mcnemar([[both, only_first], [only_second, neither]], exact=True)
    differences = resampled[a.experiment, a.variant] - resampled[b.experiment, b.variant]
    low, high = np.quantile(differences, [LEVEL / 2, 1 - LEVEL / 2])
    return {
        "dataset_title": title,
        "experiment": a.experiment,
        "variant": a.variant,
        "other_experiment": b.experiment,
        "other_variant": b.variant,
        "difference": float(a.correct.mean() - b.correct.mean()),
        "difference_low": float(low),
        "difference_high": float(high),
        "only_first": only_first,
        "only_second": only_second,
        "p": float(test.pvalue),
    }


def _holm(values: Sequence[float]) -> list[float]:
    from statsmodels.stats.multitest import multipletests

    return [float(value) for value in multipletests(values, alpha=LEVEL, method="holm")[1]]
