"""The report's charts hold the tables' numbers, and a band where there are several seeds."""

from typing import Any

import pandas as pd

from study import charts


def history(*seeds: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "variant": "v",
            "seed": seed,
            "epoch": epoch,
            "step": 10 * epoch,
            "loss": loss,
            "val_loss": 2 * loss,
            "batch_accuracy": None,
        }
        for seed, losses in enumerate(seeds)
        for epoch, loss in enumerate(losses)
    )


def drawn(*seeds: list[float]) -> tuple[list[str], list[dict[str, Any]]]:
    columns = {"loss": "training", "val_loss": "validation"}
    chart = charts.learning_curve(history(*seeds), columns, {"v": "#123456"}, "Loss")
    return [layer["mark"]["type"] for layer in chart["layer"]], *chart["datasets"].values()


def test_one_seed_has_lines_alone() -> None:
    marks, points = drawn([1.0, 0.5])
    assert marks == ["line", "circle"]
    assert [(p["split"], p["x"], p["mean"]) for p in points] == [
        ("training", 1, 1.0),
        ("training", 2, 0.5),
        ("validation", 1, 2.0),
        ("validation", 2, 1.0),
    ]


def test_several_seeds_have_their_mean_and_a_band() -> None:
    marks, points = drawn([1.0, 0.5], [2.0, 0.75])
    assert marks == ["area", "line", "circle"]
    assert (points[0]["min"], points[0]["mean"], points[0]["max"]) == (1.0, 1.5, 2.0)
    assert (points[1]["min"], points[1]["mean"], points[1]["max"]) == (0.5, 0.625, 0.75)


def test_the_pages_check_boxes_find_their_parameters() -> None:
    chart = charts.learning_curve(history([1.0]), {"loss": "training"}, {"v": "#123456"}, "Loss")
    values = {param["name"]: param.get("value") for param in chart["params"]}
    assert (values["shown"], values["measured"]) == (["v"], ["training"])
