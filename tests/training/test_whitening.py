"""The first convolution's filters whiten patches: scikit-learn's PCA is the reference."""

import numpy as np
import pytest
import sklearn.decomposition
from bands import keras

from study.errors import StudyError
from study.training import engine, whitening
from study.training.whitening import principal_directions, whiten
from training_settings import training

layers = keras.layers


def photographs(count: int, channels: int = 1, side: int = 12) -> np.ndarray:
    """Images whose neighbouring pixels, and channels, go together."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(count, side + 2, side + 2, channels + 1))
    smooth = noise[:, 1:-1, 1:-1] + noise[:, 2:, 1:-1] + 0.5 * noise[:, 1:-1, 2:]
    mixed = smooth[..., :-1] + 0.7 * smooth[..., 1:]
    return np.clip(128 + 25 * mixed, 0, 255).astype(np.uint8)


def patches(images: np.ndarray, size: int) -> np.ndarray:
    """All patches, one by one, float64 (patches, size * size * channels)."""
    high, wide = images.shape[1] - size + 1, images.shape[2] - size + 1
    return np.stack(
        [
            images[:, top : top + size, left : left + size].reshape(len(images), -1) / 255
            for top in range(high)
            for left in range(wide)
        ],
        axis=1,
    ).reshape(-1, size * size * images.shape[-1])


def convolution(images: np.ndarray, filters: int, size: int = 3) -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(images.shape[1:]),
            layers.Conv2D(filters, size, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_filters_are_those_of_whitening_pca(channels: int) -> None:
    images = photographs(60, channels)
    size = 9 * channels
    model = convolution(images, 2 * size)
    whiten(model, images, frozen=False, epsilon=0.0)
    found = model.layers[0].kernel.numpy().reshape(size, 2 * size).T
    pca = sklearn.decomposition.PCA(whiten=True, svd_solver="full").fit(patches(images, 3))
    expected = pca.components_ / np.sqrt(pca.explained_variance_)[:, None]
    signs = np.sign((found[:size] * expected).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found[:size], signs * expected, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(found[size:], -found[:size])


@pytest.mark.parametrize("channels", [1, 3])
def test_outputs_have_unit_variance_and_no_covariance(channels: int) -> None:
    images = photographs(60, channels)
    size = 9 * channels
    model = convolution(images, 2 * size)
    whiten(model, images, frozen=True, epsilon=0.0)
    maps = model.layers[0](images / np.float32(255)).numpy().reshape(-1, 2 * size)
    covariance = np.cov(maps[:, :size].astype(np.float64), rowvar=False)
    np.testing.assert_allclose(covariance, np.eye(size), atol=2e-3)


def test_epsilon_is_added_to_each_variance() -> None:
    images = photographs(60)
    directions, variances = principal_directions(images, 3, 3)
    assert (np.diff(variances) <= 0).all()
    model = convolution(images, 18)
    whiten(model, images, frozen=True, epsilon=0.01)
    maps = model.layers[0](images / np.float32(255)).numpy().reshape(-1, 18)[:, :9]
    np.testing.assert_allclose(maps.var(axis=0), variances / (variances + 0.01), rtol=1e-3)
    largest = np.abs(directions.reshape(9, 9)).argmax(axis=1)
    assert (directions.reshape(9, 9)[np.arange(9), largest] > 0).all()


def test_fewer_filters_take_the_directions_of_the_largest_variance() -> None:
    images = photographs(60)
    model = convolution(images, 5)
    whiten(model, images, frozen=True, epsilon=1e-4)
    directions, variances = principal_directions(images, 3, 3)
    filters = directions / np.sqrt(variances + 1e-4)[:, None, None, None]
    first, second, third = filters[:3]
    expected = np.stack([first, -first, second, -second, third], axis=-1)
    np.testing.assert_allclose(model.layers[0].kernel, expected, rtol=1e-6)


def test_further_filters_keep_their_initial_weights() -> None:
    images = photographs(60)
    model = convolution(images, 20)
    start = model.layers[0].kernel.numpy()
    whiten(model, images, frozen=True, epsilon=1e-4)
    kernel = model.layers[0].kernel.numpy()
    np.testing.assert_array_equal(kernel[..., 18:], start[..., 18:])
    np.testing.assert_array_equal(kernel[..., 9:18], -kernel[..., :9])


def test_images_beyond_the_limit_are_passed_over_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how many are in memory at once changes the result by rounding only."""
    images = photographs(50)
    monkeypatch.setattr(whitening, "MOST_IMAGES", 20)
    variances = principal_directions(images, 3, 3)[1]
    monkeypatch.setattr(whitening, "AT_ONCE", 7)
    np.testing.assert_allclose(principal_directions(images, 3, 3)[1], variances, rtol=1e-9)
    monkeypatch.setattr(whitening, "MOST_IMAGES", 5000)
    np.testing.assert_allclose(
        principal_directions(images[::2][:20], 3, 3)[1], variances, rtol=1e-9
    )


def test_blank_images_give_finite_filters() -> None:
    images = np.zeros((4, 12, 12, 1), np.uint8)
    model = convolution(images, 18)
    whiten(model, images, frozen=True, epsilon=5e-4)
    assert np.isfinite(model.layers[0].kernel.numpy()).all()


def test_the_first_convolution_of_a_nested_functional_model_is_found() -> None:
    images = photographs(30)
    inner_inputs = keras.Input((12, 12, 1))
    maps = layers.Conv2D(18, 3, use_bias=False, name="first")(inner_inputs)
    maps = layers.Conv2D(4, 3, name="second")(maps)
    inner = keras.Model(inner_inputs, maps)
    inputs = keras.Input((12, 12, 1))
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(inner(inputs))))
    whiten(model, images, frozen=True, epsilon=5e-4)
    expected = convolution(images, 18)
    whiten(expected, images, frozen=True, epsilon=5e-4)
    np.testing.assert_array_equal(inner.get_layer("first").kernel, expected.layers[0].kernel)
    trained = [variable.path for variable in inner.trainable_variables]
    assert trained == ["second/kernel", "second/bias"]


def test_a_model_that_does_not_start_with_a_convolution_is_refused() -> None:
    images = photographs(4)
    dense = keras.Sequential([keras.Input((12, 12, 1)), layers.Flatten(), layers.Dense(3)])
    with pytest.raises(StudyError, match=r"needs a convolution as the first layer.* with Dense"):
        whiten(dense, images, frozen=True, epsilon=5e-4)
    normalised = keras.Sequential(
        [keras.Input((12, 12, 1)), layers.BatchNormalization(), layers.Conv2D(4, 3)]
    )
    with pytest.raises(StudyError, match="starts with BatchNormalization"):
        whiten(normalised, images, frozen=True, epsilon=5e-4)


@pytest.mark.parametrize("frozen", [True, False])
def test_training_leaves_a_frozen_kernel_as_it_is(frozen: bool) -> None:
    """Also with weight decay; what is not frozen is trained."""
    images = photographs(64)
    labels = np.arange(64, dtype=np.int32) % 3
    model = convolution(images, 18)
    whiten(model, images, frozen=frozen, epsilon=5e-4)
    kernel = model.layers[0].kernel.numpy()
    head = model.layers[-1].kernel.numpy()
    plan = training(
        optimizer={"name": "sgd", "learning_rate": 0.1, "weight_decay": 0.1, "momentum": 0.9},
        averaging={"name": "ema", "decay": 0.9},
    )
    engine.train(model, images, labels, training=plan, seed=0)
    assert (model.layers[0].kernel.numpy() == kernel).all() == frozen
    assert (model.layers[-1].kernel.numpy() != head).any()
