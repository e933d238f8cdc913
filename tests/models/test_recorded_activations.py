"""What figures show of the inside of a model: maps, kernels, features, and tabulated functions."""

from typing import Any

import numpy as np
import pytest

import record_activations
import tabulate_functions
from published_architectures import IMAGE, LENET, built, keras
from study.errors import StudyError
from study.prepared import Dataset


def examples(count: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (count, *IMAGE)).astype(np.uint8)
    return images, generator.integers(0, 10, count).astype(np.int32)


def test_recorded_activations_are_the_layers_outputs() -> None:
    model = built("lenet5", **LENET)
    image = examples(1)[0][0]
    arrays, layers = record_activations.record(model, image)
    shapes = [[28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16]]  # as published; no dropout
    assert [layer["shape"] for layer in layers] == shapes
    spatial = [
        layer for layer in model.layers if type(layer).__name__ in ("Conv2D", "MaxPooling2D")
    ]
    parts = keras.Model(model.inputs, [layer.output for layer in [*spatial, model.layers[-2]]])
    outputs = parts(image[np.newaxis].astype(np.float32) / 255, training=False)
    for place, expected in enumerate(outputs[:-1]):
        np.testing.assert_allclose(arrays[f"maps_{place}"], expected[0], atol=1e-6)
    np.testing.assert_allclose(arrays["features"], outputs[-1][0], atol=1e-6)
    kernels = arrays["kernels_0"]
    np.testing.assert_array_equal(kernels, model.get_layer(spatial[0].name).kernel)
    np.testing.assert_array_equal(np.maximum(arrays["before_activation"], 0), arrays["maps_0"])
    assert (arrays["before_activation"] < 0).any()
    assert model.layers[0].activation is keras.activations.relu  # put back


def test_recorded_dropout_keeps_its_fraction_and_scales_it() -> None:
    model = built("deep_cnn", filters=(2, 2), units=1000)
    arrays, _ = record_activations.record(model, examples(1)[0][0])
    features = arrays["features"]
    for place, keep in enumerate(record_activations.KEEP):
        dropped = arrays[f"dropped_{place}"]
        left = dropped != 0
        np.testing.assert_allclose(dropped[left], features[left] / keep, rtol=1e-5)
        above = features != 0
        assert left.sum() / above.sum() == pytest.approx(keep, abs=0.08)


def test_the_example_of_a_class() -> None:
    labels = np.array([3, 1, 2, 1], np.int32)

    def place(**wanted: int) -> int:
        either = {"index": None, "first_of_class": None, **wanted}
        return record_activations.place_of(either, labels, ["a", "b", "c", "d"])

    assert place(first_of_class=1) == 1
    assert place(index=3) == 3
    with pytest.raises(StudyError, match="no example of class 0"):
        place(first_of_class=0)
    with pytest.raises(StudyError, match="no image 4; its images are 0 to 3"):
        place(index=4)


def test_the_network_before_training_is_the_one_that_a_run_starts_with() -> None:
    """Built after others, and with its first convolution whitened if it was."""
    images, labels = examples(300)
    about = {"class_names": list("0123456789"), "input_shape": IMAGE}
    dataset = Dataset({"train_images": images, "train_labels": labels}, about)
    settings: dict[str, Any] = {
        "model": "airbench",
        "parameters": {"filters": [2, 2, 2]},
        "precision": "float32",
        "splits": {"train": "train"},
        "training": {"whitening": {"frozen": True, "epsilon": 0.0005}},
    }
    run = {"seed": 3, "settings": settings}
    trained = built("airbench", filters=[2, 2, 2])
    start = [weight.copy() for weight in trained.get_weights()]
    found = list(record_activations.networks(trained, run, dataset, untrained=True))
    assert [is_trained for is_trained, _ in found] == [False, True]
    assert found[1][1] is trained
    kernel, *rest = found[0][1].get_weights()
    for own, other in zip(rest, start[1:], strict=True):
        np.testing.assert_array_equal(own, other)
    assert np.abs(kernel - start[0]).max() > 0.01
    settings["training"]["whitening"] = None
    (_, plain), _ = record_activations.networks(trained, run, dataset, untrained=True)
    np.testing.assert_array_equal(plain.get_weights()[0], start[0])
    (only,) = record_activations.networks(trained, run, dataset, untrained=False)
    assert only == (True, trained)


def test_tabulated_functions_by_their_formulas() -> None:
    table = tabulate_functions.tabulate()
    x = table["relu"][0]
    formulas = {
        "relu": np.maximum(x, 0),
        "sigmoid": 1 / (1 + np.exp(-x)),
        "softplus": np.log1p(np.exp(x)),
        "softsign": x / (1 + abs(x)),
        "tanh": np.tanh(x),
        "elu": np.where(x > 0, x, np.expm1(x)),
        "exponential": np.exp(x),
    }
    for name, values in formulas.items():
        np.testing.assert_allclose(table[name][1], values, rtol=1e-4, atol=1e-6, err_msg=name)
    assert np.round(table["softmax_of_four"][1], 2).tolist() == pytest.approx(
        [0.56, 0.03, 0.21, 0.21]
    )
    assert len(table["softmax"][0]) == 201
    assert table["softmax"][1].sum() == pytest.approx(1)
