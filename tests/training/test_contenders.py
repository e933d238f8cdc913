"""The benchmark's contenders still train, and all of them train the same architectures."""

import dataclasses
import math
import sys
from typing import Any

import keras
import pytest
from bands import examples

from conftest import ROOT
from study import models

sys.path.insert(0, str(ROOT / "benchmarks"))

import architectures
import cases
import contenders


def data() -> cases.Data:
    found = dict(zip(("train_images", "train_labels"), examples(640), strict=True))
    return found | dict(zip(("test_images", "test_labels"), examples(100, seed=1), strict=True))


def test_the_engine_trains_from_turn_to_turn() -> None:
    case = dataclasses.replace(cases.CASES["mlp"], images=640)
    train, score = contenders.ours(case, data(), 1, "float32")
    before = score()
    for _ in range(8):
        train()
    assert score() > max(0.5, before)


@pytest.mark.parametrize("contender", ["ours", "fit", "loop"])
def test_the_modern_net_trains(contender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build, built = models.build, []

    def noted(*arguments: Any, **parameters: Any) -> keras.Model:
        built.append(build(*arguments, **parameters))
        return built[-1]

    monkeypatch.setattr(models, "build", noted)
    case = dataclasses.replace(
        cases.CASES["airbench"], images=100, batch_size=50, parameters={"filters": (4, 4, 4)}
    )
    train, score = contenders.create(contender, case, data(), 1, "float32")
    (model,) = built
    before = [weight.numpy() for weight in model.trainable_variables]
    train()
    assert 0 <= score() <= 1
    for weight, value in zip(model.trainable_variables, before, strict=True):
        assert (weight.numpy() != value).any(), weight.path


@pytest.mark.parametrize("name", cases.CASES)
def test_descriptions_are_those_of_the_keras_models(name: str) -> None:
    case = cases.CASES[name]
    model = models.build(case.model, (28, 28, 1), architectures.CLASSES, **case.parameters)
    layers = architectures.describe(case.model, case.parameters).layers
    assert architectures.weights(layers) == sum(
        math.prod(weight.shape) for weight in model.trainable_weights
    )
    expected = [
        (tuple(layer.kernel.shape), math.prod(layer.output.shape[1:-1]))
        for layer in model.layers
        if hasattr(layer, "kernel")
    ]
    assert list(architectures.kernels(layers)) == expected
    assert [kind(layer) for layer in layers] == kinds(model)


def kind(layer: architectures.Layer) -> tuple[Any, ...]:
    """What a layer is, and what it is set to, but for the shapes of its weights."""
    match layer:
        case architectures.Conv():
            return ("conv", "same" if layer.same else "valid", layer.bias)
        case architectures.Dense():
            return ("dense", layer.bias)
    return (type(layer).__name__.lower(), *dataclasses.astuple(layer))


def kinds(model: keras.Model) -> list[tuple[Any, ...]]:
    """The same of a Keras model, with an activation within a layer as a layer of its own."""
    found: list[tuple[Any, ...]] = []
    for layer in model.layers:
        match layer:
            case keras.layers.Conv2D():
                found.append(("conv", layer.padding, layer.use_bias))
            case keras.layers.Dense():
                found.append(("dense", layer.use_bias))
            case keras.layers.MaxPooling2D():
                found.append(("pool", "max", layer.pool_size[0]))
            case keras.layers.AveragePooling2D():
                found.append(("pool", "average", layer.pool_size[0]))
            case keras.layers.BatchNormalization():
                assert layer.center
                assert not layer.scale
                channels = layer.moving_mean.shape[0]
                found.append(("batchnorm", channels, layer.momentum, layer.epsilon))
            case keras.layers.Dropout():
                found.append(("dropout", layer.rate))
            case keras.layers.Flatten():
                found.append(("flatten",))
            case keras.layers.Rescaling():
                found.append(("scale", layer.scale))
        activation = getattr(getattr(layer, "activation", None), "__name__", "softmax")
        if activation not in ("linear", "softmax"):
            found.append(("activation", activation))
    return found
