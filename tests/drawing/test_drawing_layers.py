"""Each kind of layer that the page computes, against Keras."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from drawn import classifier, opened, probabilities, rendered
from keras import layers
from playwright.sync_api import Browser

from study.drawing import packing
from study.errors import StudyError

SHAPE = (28, 28, 1)


def stacks() -> dict[str, list[keras.Layer]]:
    """Every kind of layer; made when a test runs, since the first layer starts TensorFlow."""
    return {
        "dense and every activation": [
            layers.Flatten(),
            *(layers.Dense(9, activation=name) for name in packing.ACTIVATIONS[:-1]),
        ],
        "convolutions": [
            layers.Conv2D(5, 3, padding="same", activation="gelu"),
            layers.Conv2D(3, (4, 2), use_bias=False),
            layers.DepthwiseConv2D(3, padding="same", activation="tanh"),
            layers.DepthwiseConv2D((2, 5), use_bias=False),
            layers.Conv2D(7, 1),
            layers.GlobalAveragePooling2D(),
        ],
        "pooling": [
            layers.MaxPooling2D(3),
            layers.Conv2D(4, 2),
            layers.AveragePooling2D(2),
            layers.Flatten(),
        ],
        "the rest": [
            layers.Conv2D(6, 5),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.BatchNormalization(scale=False, epsilon=0.1),
            layers.Rescaling(0.3, offset=0.1),
            layers.Dropout(0.5),
            layers.MaxPooling2D(24),
            layers.Flatten(),
        ],
    }


def shaken(model: keras.Model) -> keras.Model:
    """With random numbers for all weights: no bias is 0, no variance 1."""
    rng = np.random.default_rng(3)
    for layer in model.layers:
        layer.set_weights([
            np.abs(rng.normal(1, 0.3, w.shape)) if "variance" in w.name
            else rng.normal(0, 1 / np.sqrt(np.prod(w.shape[:-1]) + 1), w.shape)
            for w in layer.weights
        ])  # fmt: skip
    return model


@pytest.mark.parametrize("ending", ["softmax", None])
def test_the_page_computes_what_keras_computes(
    browser: Browser, tmp_path: Path, ending: str | None
) -> None:
    models = []
    for name, stack in stacks().items():
        head = layers.Dense(10, activation=ending)
        models.append(shaken(keras.Sequential([keras.Input(SHAPE), *stack, head], name="m")))
        models[-1].title = name
    page, complaints = opened(
        browser, rendered(*(classifier(m, m.title) for m in models)), tmp_path
    )
    images = np.random.default_rng(1).integers(0, 256, (40, *SHAPE), np.uint8)
    for place, model in enumerate(models):
        outputs = np.asarray(packing.rounded(model)(images / np.float32(255), training=False))
        expected = outputs if ending else np.asarray(keras.ops.softmax(outputs))
        found, _ = probabilities(page, place, images)
        assert expected.std() > 0.003, "all classes alike would say little"
        np.testing.assert_allclose(found, expected, atol=2e-5, err_msg=model.title)
    assert complaints == []


def test_half_precision_numbers_are_read_exactly(browser: Browser, tmp_path: Path) -> None:
    """All 63,488 finite ones."""
    every = np.arange(65536, dtype=np.uint16).view(np.float16)
    every = every[np.isfinite(every)]
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(10)])
    page, _ = opened(browser, rendered(classifier(model)), tmp_path)
    found = page.evaluate(
        "async text => [...halves(await inflated(text))]", packing.packed([every])
    )
    np.testing.assert_array_equal(np.array(found, np.float32), every.astype(np.float32))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: layers.UpSampling2D(2), "is a UpSampling2D"),
        (lambda: layers.Conv2D(2, 3, strides=2), "has strides"),
        (lambda: layers.MaxPooling2D(3, strides=1), "pools other windows"),
        (lambda: layers.Conv2D(2, 3, activation="hard_sigmoid"), "has the activation hard_sigmoid"),
    ],
)
def test_a_layer_that_the_page_cannot_compute_is_named(
    make: Callable[[], keras.Layer], named: str
) -> None:
    layer = make()
    model = keras.Sequential(
        [keras.Input(SHAPE), layer, layers.Flatten(), layers.Dense(10)], name="own"
    )
    with pytest.raises(StudyError, match=f"the layer {layer.name} of the model own: it {named}"):
        rendered(classifier(model))


def test_models_for_other_images_or_classes_do_not_share_a_page() -> None:
    def model(side: int) -> keras.Model:
        return keras.Sequential([keras.Input((side, side, 1)), layers.Flatten(), layers.Dense(10)])

    with pytest.raises(StudyError, match="tests/B and tests/A cannot share a drawing page"):
        rendered(classifier(model(28), "A"), classifier(model(20), "B"))
    clothes = [f"c{i}" for i in range(10)]
    with pytest.raises(StudyError, match="classes differ"):
        rendered(classifier(model(28), "A"), classifier(model(28), "B", class_names=clothes))
