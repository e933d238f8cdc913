"""What keeps a model from a dataset is told with its variant, its layer and the shape."""

from typing import Any

import pytest

from study import fitting_models


def row(model: str, **parameters: Any) -> dict[str, Any]:
    return {"experiment": "mine", "variant": "deep", "model": model, "parameters": parameters}


@pytest.mark.parametrize(
    ("model", "parameters", "layer"),
    [
        ("lenet5", {"filters": [6, 16, 16, 16]}, "in the layer average_pooling2d"),
        ("deep_cnn", {"filters": [8, 8, 8, 8, 8, 8]}, "in the layer max_pooling2d"),
    ],
)
def test_a_layer_that_shrinks_below_one_pixel_is_named(
    model: str, parameters: dict[str, Any], layer: str
) -> None:
    (said,) = fitting_models.problems([row(model, **parameters)], (28, 28, 1), 10)
    assert said.startswith(f"mine/deep: the model {model} cannot take images of 28 x 28 x 1, ")
    assert layer in said
    assert "inputs.shape=[None 1 1 " in said


def test_a_model_that_fits_is_built_once_and_has_no_problem() -> None:
    rows = [row("lenet5", dense_dropout=rate) for rate in (0.1, 0.5)]
    assert fitting_models.problems(rows, (28, 28, 1), 10) == []
