"""Architectures: their sizes, where their weights start, and what their files describe."""

import inspect
from typing import Any, get_args

import numpy as np
import pytest

from published_architectures import ARCHITECTURES, IMAGE, built, keras
from study import fitting, fitting_models, models
from study.families import MODELS
from study.parameters import Activation, defaults


@pytest.mark.parametrize(("name", "parameters", "count"), ARCHITECTURES)
def test_parameter_counts(name: str, parameters: dict[str, Any], count: int) -> None:
    model = built(name, **parameters)
    assert model.count_params() == count
    assert model.output_shape == (None, 10)


def test_activation_demo() -> None:
    model = models.build("activation_demo", (5,), 10)
    assert [layer.count_params() for layer in model.layers] == [60, 110, 110]
    outputs = np.asarray(model(np.random.default_rng(0).standard_normal((3, 5), np.float32)))
    assert outputs.shape == (3, 10)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-6)


def test_deep_cnn_starts_from_a_cut_normal_and_small_biases() -> None:
    for variable in built("deep_cnn").trainable_variables:
        values = np.asarray(variable)
        if variable.name == "bias":
            assert (values == np.float32(0.1)).all()
        else:
            assert np.abs(values).max() <= 0.2 + 1e-6  # two standard deviations
            assert 0.08 < values.std() < 0.1


def test_schemas_read_from_source_are_the_real_signatures() -> None:
    for name in MODELS.names():
        build = MODELS.function(name)
        real = {
            parameter.name: parameter.default
            for parameter in inspect.signature(build).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
        read = defaults(MODELS.source(name), "build")
        assert read == {k: list(v) if isinstance(v, tuple) else v for k, v in real.items()}


@pytest.mark.parametrize("activation", get_args(Activation))
def test_activations_are_kerass(activation: str) -> None:
    layer = built("mlp", activation=activation).layers[1]
    assert layer.activation is getattr(keras.activations, activation)


def test_what_does_not_fit_is_named_with_its_layer_before_any_training() -> None:
    row = {"experiment": "a", "variant": "deep", "model": "lenet5"}
    (problem,) = fitting_models.problems(
        [{**row, "parameters": {"filters": (6, 16, 16)}}], IMAGE, 10
    )
    assert "a/deep: the model lenet5 cannot take images of 28 x 28 x 1" in problem
    every = [{**row, "model": name, "parameters": {}} for name in MODELS.names()]
    (demo,) = fitting_models.problems(every, IMAGE, 10)
    assert "a/deep: the model activation_demo gives" in demo
    assert "not one for each of the 10 classes" in demo
    assert set(fitting.TRIED) <= set(MODELS.names())


def test_what_the_engine_does_not_compute_is_refused_before_any_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ends_in_tanh(*_: object, **__: object) -> keras.Model:
        head = keras.layers.Dense(10, activation="tanh", name="head")
        return keras.Sequential([keras.Input(IMAGE), keras.layers.Flatten(), head], name="mine")

    monkeypatch.setattr(models, "build", ends_in_tanh)
    row = {"experiment": "a", "variant": "b", "model": "mine", "parameters": {}}
    (problem,) = fitting_models.problems([row], IMAGE, 10)
    assert problem.startswith("a/b: the model mine ends in head with the activation tanh")
