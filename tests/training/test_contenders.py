"""The benchmark's own contender still trains, and learns."""

import dataclasses
import sys

from bands import examples

from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import cases
import contenders


def test_the_engine_trains_from_turn_to_turn() -> None:
    data = dict(zip(("train_images", "train_labels"), examples(640), strict=True))
    data |= dict(zip(("test_images", "test_labels"), examples(100, seed=1), strict=True))
    case = dataclasses.replace(cases.CASES["mlp"], images=640)
    train, score = contenders.ours(case, data, 1, "float32")
    before = score()
    for _ in range(8):
        train()
    assert score() > max(0.5, before)
