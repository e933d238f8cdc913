"""The two tables of a sweep."""

import numpy as np
import pandas as pd
import pytest

from described_columns import undocumented
from study import tables
from study.evaluation import sweeps
from study.evaluation.settings import flat


def runs(**columns: list[object]) -> pd.DataFrame:
    values = {
        "experiment": ["widths"] * 4,
        "variant": ["20", "20", "10", "10"],
        "seed": [0, 1, 0, 1],
    }
    values |= {"accuracy": [0.8, 0.9, 0.5, 0.7], "train_seconds": [1.0, 2.0, 3.0, 4.0]}
    return sweeps.runs_table([pd.DataFrame(values | columns)])


def test_the_axes_stand_between_the_variant_and_the_seeds() -> None:
    found = sweeps.variants_table(
        runs(**{"parameters.units": [20, 20, 10, 10]}), ["parameters.units"]
    )
    assert list(found)[:4] == ["experiment", "variant", "parameters.units", "seeds"]
    assert tables.axes(found) == ["parameters.units"]
    assert undocumented("sweep_variants", found) == []
    assert found["variant"].tolist() == ["20", "10"]
    assert found["parameters.units"].tolist() == [20, 10]
    assert found["accuracy"].tolist() == pytest.approx([0.85, 0.6])
    assert found["accuracy_lowest"].tolist() == [0.8, 0.5]
    assert found["train_seconds"].tolist() == [3, 7]


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([np.nan, np.nan, 100.0, 100.0], ["none", "100"]),
        (["", "", "6 × 16", "6 × 16"], ["none", "6 × 16"]),
        ([0.5, 0.5, 0.1, 0.1], [0.5, 0.1]),
    ],
)
def test_an_axis_without_a_value_is_none(values: list[object], written: list[object]) -> None:
    axis = "training.microbatch_size"
    assert sweeps.variants_table(runs(**{axis: values}), [axis])[axis].tolist() == written


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "mlp"),
        ("parameters.units", 8),
        ("parameters.filters", "32 × 64"),
        ("training.microbatch_size", ""),
        ("training.steps_per_part", True),
        ("training.augmentation", "name=shift pixels=2 × name=flip"),
    ],
)
def test_the_value_of_a_setting_is_a_cell_of_a_table(name: str, value: object) -> None:
    training = {"microbatch_size": None, "optimizer": {"name": "adam"}, "steps_per_part": True}
    training["augmentation"] = [{"name": "shift", "pixels": 2}, {"name": "flip"}]
    parameters = {"units": 8, "filters": [32, 64]}
    settings = {"model": "mlp", "parameters": parameters, "training": training}
    assert flat(settings)[name] == value
    assert "training.optimizer.momentum" not in flat(settings)
