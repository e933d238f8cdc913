"""The report's charts hold the tables' numbers, and a band where there are several seeds."""

from typing import Any

import pandas as pd
import pytest

from study.report import charts


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


def drawn(*seeds: list[float], **options: Any) -> tuple[list[str], list[dict[str, Any]]]:
    columns = {"loss": "training", "val_loss": "validation"}
    chart = charts.learning_curve(history(*seeds), columns, {"v": "#123456"}, "Loss", **options)
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


def test_published_values_are_diamonds_over_the_curves() -> None:
    marks, points = drawn([1.0, 0.5], published={("v", "val_loss"): pd.Series([3.0, 2.5], [1, 2])})
    assert marks == ["line", "circle", "point"]
    told = [(p["split"], p["x"], p["mean"]) for p in points if p["published"]]
    assert told == [("validation", 1, 3.0), ("validation", 2, 2.5)]
    assert len(points) == 6
    assert all(p["min"] == p["mean"] == p["max"] for p in points)


def test_a_published_zero_is_left_out_of_a_logarithmic_axis() -> None:
    published = {("v", "loss"): pd.Series([3.0, 0.0], [2, 3])}
    _, points = drawn([1.0, 0.5], logarithmic=True, published=published)
    assert [(p["x"], p["mean"]) for p in points if p["published"]] == [(2, 3.0)]
    _, points = drawn([1.0, 0.5], published=published)
    assert [(p["x"], p["mean"]) for p in points if p["published"]] == [(2, 3.0), (3, 0.0)]


def test_the_description_tells_of_published_values() -> None:
    columns = {"loss": "training"}
    for published in ({}, {("v", "loss"): pd.Series([1.0], [1])}):
        chart = charts.learning_curve(
            history([1.0]), columns, {"v": "#123456"}, "Loss", published=published
        )
        assert ("published values as diamonds" in chart["description"]) == bool(published)


def test_a_loss_of_zero_breaks_no_logarithmic_axis() -> None:
    _, points = drawn([1.0, 0.0], logarithmic=True)
    assert [(p["split"], p["mean"]) for p in points] == [("training", 1.0), ("validation", 2.0)]
    _, points = drawn([1.0, 0.0])
    assert len(points) == 4


def test_the_axis_counts_steps_where_a_run_logs_by_step() -> None:
    by_step = history([1.0, 0.5]).assign(step=[100, 200], batch_accuracy=[0.5, None])
    chart = charts.learning_curve(by_step, {"loss": "training"}, {"v": "#123456"}, "Loss")
    assert [point["x"] for point in next(iter(chart["datasets"].values()))] == [100, 200]
    assert chart["layer"][0]["encoding"]["x"]["title"] == "Step"


def compared(*accuracies: float) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    runs = pd.DataFrame(
        {
            "experiment": "e",
            "variant": "v",
            "seed": seed,
            "dataset_title": "Some data",
            "accuracy": accuracy,
            "examples": 10_000,
            "images_seen": 100,
        }
        for seed, accuracy in enumerate(accuracies)
    )
    chart = charts.comparison(runs, "images_seen", "Images seen", {"e": "#123456"}, {"e": "E"})
    return chart, next(iter(chart["datasets"].values()))


def test_an_accuracy_of_one_is_drawn_and_its_tooltip_says_how() -> None:
    chart, points = compared(1.0, 0.98)
    assert [point["error"] for point in points] == pytest.approx([0.5 / 10_000, 0.02])
    assert [point["accuracy"] for point in points] == [1.0, 0.98]
    assert [p["wrong"] for p in points] == ["0 of 10,000, drawn as 0.5", "200 of 10,000"]
    assert "wrong" in {tooltip["field"] for tooltip in chart["encoding"]["tooltip"]}
    ticks = chart["encoding"]["y"]["axis"]["values"]
    assert min(ticks) <= 0.5 / 10_000
