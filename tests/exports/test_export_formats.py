"""Every format gives what the model itself gives, and says what it needs."""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import Checkout
from study import exports
from study.errors import StudyError
from study.exports import EXPORTS, Predictions
from study.prediction import weights
from study.training import backend

backend.start("cpu", 1)

import keras  # noqa: E402

from study.exports import _comparison  # noqa: E402
from study.training.outputs import scaled  # noqa: E402

CANARIES = ["", " a", "b\nc", "三角", "«é»", '"', "'", "\\", "%s", "{x}"]
"""Names that some format might lose or change."""

MODELS = ["digits/mlp", "digits/lenet5", "digits/small"]
"""One of dense layers that gives logits; one that ends in softmax; one with batch normalisation and
GELU, for which ONNX has no operation."""


@cache
def trained(name: str) -> tuple[keras.Model, np.ndarray, np.ndarray]:
    """A trained model, with images and the probabilities that it gives for them."""
    entry = next(entry for entry in weights.index() if entry["name"] == name)
    model = weights.load(entry)
    noise = np.random.default_rng(0).integers(0, 256, (30, *entry["input_shape"]), np.uint8)
    images = np.concatenate([weights.samples(entry)[0], noise])
    given = np.asarray(model(scaled(images), training=False), np.float64)
    if not np.allclose(given.sum(axis=1), 1, atol=1e-5):
        given = np.exp(given) / np.exp(given).sum(axis=1, keepdims=True)
    return model, images, given


@pytest.mark.parametrize("name", EXPORTS.names())
@pytest.mark.parametrize("of", MODELS)
def test_an_export_predicts_what_the_model_does(of: str, name: str, tmp_path: Path) -> None:
    model, images, expected = trained(of)
    export = exports.module(name)
    export.write(model, CANARIES, tmp_path)
    assert (tmp_path / exports.about(name)["FILE"]).is_file()
    classify = export.load(tmp_path)
    for count in (1, 3, len(images), 1):
        predictions = classify(images[:count])
        np.testing.assert_allclose(predictions.probabilities, expected[:count], atol=2e-6)
        assert list(predictions.ids) == list(expected[:count].argmax(axis=1))
        assert predictions.labels == [CANARIES[each] for each in predictions.ids]
    if name != "litert":  # which takes images of any size where a network's layers do
        with pytest.raises(Exception, match=r"\w"):  # each runtime has its own errors
            classify(images[:1, :14, :14])


def test_weights_are_stored_once(tmp_path: Path) -> None:
    model, _, _ = trained("digits/mlp")
    for name in EXPORTS.names():
        (tmp_path / name).mkdir()
        exports.module(name).write(model, CANARIES, tmp_path / name)
        assert 1 < _comparison.size(tmp_path / name) / (4 * model.count_params()) < 1.1, name


def test_an_export_in_keras_can_be_trained_further(tmp_path: Path) -> None:
    model, images, _ = trained("digits/lenet5")
    exports.module("keras").write(model, CANARIES, tmp_path)
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert [layer.name for layer in loaded.get_layer("lenet5").layers] == [
        layer.name for layer in model.layers
    ]
    before = np.asarray(loaded(images)["probabilities"])
    inner = loaded.get_layer("lenet5")
    inner.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    inner.fit(scaled(images), np.zeros(len(images)), batch_size=len(images), verbose=0)
    assert (np.asarray(loaded(images)["probabilities"]) != before).any()


IMAGES = np.zeros((4000, 2, 2, 1), np.uint8)
LABELS = np.zeros(4000, np.int32)


def constant(ids: Any, **changes: Any) -> Any:
    """An export that gives these predictions for a batch of images, whatever they show."""

    def classify(images: Any) -> Predictions:
        own = ids[: len(images)]
        probabilities = np.eye(2, dtype=np.float32)[own]
        return Predictions(own, [changes.get("names", "ab")[each] for each in own], probabilities)

    return classify


def compare(classify: Any, images: Any = IMAGES, labels: Any = LABELS) -> dict[str, Any]:
    logits = np.tile(np.array([40, 0], np.float32), (4000, 1))
    return _comparison.compare(classify, images, labels, "ab", logits)


def test_an_export_is_compared_with_the_model_on_all_images() -> None:
    right = np.zeros(500, np.int32)
    scores = compare(constant(right))
    assert scores.pop("latency_ms") > 0
    assert scores.pop("largest_difference") == pytest.approx(math.exp(-40), rel=1e-6)
    assert scores == {"examples": 4000, "accuracy": 1.0, "different": 0}


def test_an_export_that_predicts_otherwise_is_refused() -> None:
    wrong = np.zeros(500, np.int32)
    wrong[-1] = 1  # in each batch, so a five-hundredth of all
    with pytest.raises(StudyError, match="8 of 4,000 test images differently"):
        compare(constant(wrong))
    with pytest.raises(StudyError, match="other labels"):
        compare(constant(np.zeros(500, np.int32), names="ba"))


def first_pixels(images: Any) -> Predictions:
    """The predictions of an export that takes an image's first pixel for its class."""
    ids = images[:, 0, 0, 0].astype(np.int32)
    return Predictions(ids, ["ab"[each] for each in ids], np.eye(2, dtype=np.float32)[ids])


def test_an_exports_accuracy_is_that_of_its_own_predictions() -> None:
    """It differs from the model in one image, which it alone gets right; both misread two more."""
    images, labels = IMAGES.copy(), LABELS.copy()
    images[700], labels[[700, 800, 900]] = 1, 1
    scores = compare(first_pixels, images, labels)
    assert (scores["different"], scores["accuracy"]) == (1, 3998 / 4000)


def test_rounding_may_change_a_thousandth_of_the_classes() -> None:
    images = IMAGES.copy()
    images[:4] = 1
    assert compare(first_pixels, images)["different"] == 4
    images[:5] = 1
    with pytest.raises(StudyError, match="5 of 4,000 test images differently"):
        compare(first_pixels, images)


def test_formats_say_what_they_need() -> None:
    assert {exports.about(name)["TITLE"] for name in EXPORTS.names()} >= {"SavedModel", "ONNX"}
    assert exports.missing(["saved_model", "keras"]) == {}


def test_missing_packages_stop_a_study_before_its_first_job(checkout: Checkout) -> None:
    config = checkout.path / "config" / "mine.yaml"
    config.write_text(
        "extends: demo.yaml\nstudy: mine\nexperiments: {core_mlp: {export: [keras, onnx]}}\n"
    )
    hidden = checkout.path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: (\n"
        "    None if name in ('onnx', 'tf2onnx') else find(name, *more))\n"
    )
    done = checkout.snakemake("-n", "--configfile", str(config), PYTHONPATH=str(hidden))
    assert done.returncode != 0
    assert "export: onnx needs onnx and tf2onnx." in done.stdout
    assert "make exports" in done.stdout
    score = "results/mine/runs/core_mlp/default/seed-22/exports/onnx.json"
    there = checkout.path / score
    there.parent.mkdir(parents=True)
    there.write_text(json.dumps({}))
    done = checkout.snakemake("-n", "--configfile", str(config), PYTHONPATH=str(hidden))
    assert done.returncode == 0, done.stdout
