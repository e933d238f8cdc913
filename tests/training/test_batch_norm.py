"""Batch normalisation trains as Keras' layer does, and is "ghost" batch norm with microbatches."""

import itertools
from typing import Any

import numpy as np
import pytest
from bands import keras, tf
from normalized_networks import CLASSES, IMAGE, MODELS, bent, dense, residual, sequential

from study.training import batches, engine, statistics
from study.training.batch_norm import FAST_MULTIPLE, BatchNorm
from study.training.cache import CompiledStepCache
from study.training.evaluator import Evaluator
from study.training.outputs import logits_of
from training_settings import training

layers = keras.layers

SETTINGS: dict[str, dict[str, Any]] = {
    "the defaults": {},
    "a small epsilon": {"epsilon": 1e-5},
    "an epsilon too small for the fused operation": {"epsilon": 1e-7},
    "neither scale nor center": {"scale": False, "center": False},
    "another momentum": {"momentum": 0.6, "scale": False},
}


def examples(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, *IMAGE), np.uint8), rng.integers(
        0, CLASSES, count, np.int32
    )


def scaled(images: np.ndarray) -> np.ndarray:
    return images / np.float32(255)


def sgd(rate: float, **changes: Any) -> dict[str, Any]:
    return training(optimizer={"name": "sgd", "learning_rate": rate}, **changes)


def fitted(model: keras.Model, images: Any, labels: Any, rate: float, epochs: int) -> list[Any]:
    """The weights after Keras' own training on the engine's batches of 32, with seed 2."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(rate), loss=loss, run_eagerly=True)
    for epoch in range(epochs):
        order = batches.order(2, epoch, len(images))
        model.fit(scaled(images[order]), labels[order], batch_size=32, shuffle=False, verbose=0)
    weights: list[Any] = model.get_weights()
    return weights


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        *itertools.product(["residual"], SETTINGS),
        *itertools.product(["Sequential"], SETTINGS),
        *itertools.product(["dense"], ["a small epsilon", "neither scale nor center"]),
    ],
)
def test_weights_and_moving_statistics_are_those_of_kerass_fit(kind: str, settings: str) -> None:
    images, labels = examples(80)
    model = MODELS[kind](bent, **SETTINGS[settings])
    start = model.get_weights()
    engine.train(model, images, labels, training=sgd(0.1), seed=2)
    ours = model.get_weights()
    model.set_weights(start)
    for own, theirs in zip(ours, fitted(model, images, labels, 0.1, 2), strict=True):
        np.testing.assert_allclose(own, theirs, atol=1e-4)


def test_the_scores_are_those_of_kerass_layer_with_moving_statistics() -> None:
    images, labels = examples(64)
    model = residual(momentum=0.5)
    row = engine.train(
        model, images, labels, training=sgd(0.1), seed=2, validation=(images, labels)
    )[-1]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    expected = loss(labels, model(scaled(images), training=False))
    assert row["val_loss"] == pytest.approx(float(expected), rel=1e-5)


def test_compiled_by_xla_the_moving_statistics_are_the_same() -> None:
    images, labels = examples(64)
    found = []
    for jit_compile in (False, True):
        model = residual(momentum=0.5)
        engine.train(
            model, images, labels, training=sgd(0.1), seed=2, cache=CompiledStepCache(jit_compile)
        )
        found.append(model.get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_batch_of_one_example_does_as_with_keras() -> None:
    """An epoch's last batch may have one example: a dense layer's outputs then have no variance.

    Each is its own mean, so only the offset remains; nothing is infinite or not a number.
    """
    images, labels = examples(33)
    model = dense(momentum=0.5)
    start = model.get_weights()
    engine.train(model, images, labels, training=sgd(0.1, epochs=1), seed=2)
    ours = model.get_weights()
    assert all(np.isfinite(weight).all() for weight in ours)
    model.set_weights(start)
    for own, theirs in zip(ours, fitted(model, images, labels, 0.1, 1), strict=True):
        np.testing.assert_allclose(own, theirs, atol=1e-4)


def test_channels_that_hardly_vary_are_normalised_as_by_keras() -> None:
    """Also those whose variance is far below the smallest epsilon of the fused operation.

    Normalised with a larger epsilon than Keras' layer has, a model would train well and then fail
    when it is evaluated.
    """
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(16, 6, 6, 4)).astype(np.float32)
    inputs = inputs * np.float32([1, 0.01, 1e-5, 0]) + np.float32([0, 30, 0, 30])
    for epsilon, on_cpu in itertools.product((1e-3, 1e-5, 1e-12), (True, False)):
        layer = layers.BatchNormalization(epsilon=epsilon, momentum=0.0)
        layer.build(inputs.shape)
        norm = BatchNorm(layer, on_cpu)
        ours = norm(tf.constant(inputs), tf.constant(0), [])
        exact = inputs.astype(np.float64)
        expected = (exact - exact.mean((0, 1, 2))) / np.sqrt(exact.var((0, 1, 2)) + epsilon)
        np.testing.assert_allclose(ours, expected, atol=5e-3)
        np.testing.assert_allclose(norm.statistics[0], exact.mean((0, 1, 2)), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(norm.statistics[1], exact.var((0, 1, 2)), rtol=1e-2, atol=1e-12)
        # Divided by the number of values, 576, and not by one less.
        assert float(norm.statistics[1][0]) == pytest.approx(exact[..., 0].var(), rel=1e-5)


def test_with_microbatches_it_is_ghost_batch_norm_and_moves_once_per_batch() -> None:
    """Against a step written with Keras' layers and NumPy."""
    images, labels = examples(32)
    model = sequential(momentum=0.9)
    conv, norm, _, flatten, head = model.layers
    start = model.get_weights()
    trained = [variable.value for variable in model.trainable_variables]
    order = batches.order(2, 0, 32)
    sums = [np.zeros(variable.shape, np.float32) for variable in trained]
    means, variances = [], []
    for part in order.reshape(4, 8):
        with tf.GradientTape() as tape:
            maps = conv(scaled(images[part]))
            mean, variance = tf.nn.moments(maps, [0, 1, 2])
            maps = (maps - mean) / tf.sqrt(variance + norm.epsilon) * norm.gamma + norm.beta
            logits = head(flatten(tf.nn.relu(maps)))
            loss = keras.losses.sparse_categorical_crossentropy(
                labels[part], logits, from_logits=True
            )
            total = tf.reduce_sum(loss) / 32
        own = zip(sums, tape.gradient(total, trained), strict=True)
        sums = [found + gradient.numpy() for found, gradient in own]
        means.append(mean.numpy())
        variances.append(variance.numpy())
    plan = sgd(0.1, epochs=1, microbatch_size=8)
    engine.train(model, images, labels, training=plan, seed=2)
    expected = dict(zip([weight.path for weight in model.weights], start, strict=True))
    for variable, gradient in zip(model.trainable_variables, sums, strict=True):
        expected[variable.path] = expected[variable.path] - 0.1 * gradient
    expected[norm.moving_mean.path] = 0.1 * np.mean(means, axis=0)
    expected[norm.moving_variance.path] = 0.9 + 0.1 * np.mean(variances, axis=0)
    for weight in model.weights:
        np.testing.assert_allclose(weight.numpy(), expected[weight.path], atol=1e-5)
    assert np.abs(sums[0]).max() > 1e-3


@pytest.mark.parametrize("epsilon", [1e-3, 1e-5, 1e-12])
def test_in_bfloat16_its_evaluation_is_close_to_that_in_float32(epsilon: float) -> None:
    """The model learns; it is evaluated in bfloat16, and the same weights in float32."""
    images, _ = examples(400)
    labels = np.arange(400, dtype=np.int32) % CLASSES
    images = images // 4
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 3] += 150
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        model = sequential(epsilon=epsilon, momentum=0.6)
        plan = sgd(0.1, epochs=3)
        row = engine.train(
            model, images, labels, training=plan, seed=0, validation=(images, labels)
        )[-1]
    finally:
        keras.config.set_dtype_policy("float32")
    exact = sequential(epsilon=epsilon)
    exact.set_weights(model.get_weights())
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    assert {str(w.dtype) for norm in norms for w in norm.weights} == {"float32"}
    with logits_of(model), logits_of(exact):
        own, other = Evaluator(model).logits(images), Evaluator(exact).logits(images)
    np.testing.assert_allclose(own, other, atol=0.05 * np.abs(other).max())
    assert row["accuracy"] > 0.9
    assert row["val_accuracy"] > 0.9
    assert (other.argmax(axis=1) == labels).mean() > 0.9


def test_a_frozen_layer_uses_and_keeps_its_moving_statistics() -> None:
    images, labels = examples(64)
    model = sequential()
    norm = model.layers[1]
    norm.trainable = False
    kept = np.linspace(0.1, 0.4, FAST_MULTIPLE, dtype=np.float32)
    norm.moving_mean.assign(kept)
    start = model.get_weights()
    engine.train(model, images, labels, training=sgd(0.1, microbatch_size=8), seed=2)
    ours = model.get_weights()
    np.testing.assert_array_equal(norm.moving_mean, kept)
    model.set_weights(start)
    for own, theirs in zip(ours, fitted(model, images, labels, 0.1, 2), strict=True):
        np.testing.assert_allclose(own, theirs, atol=1e-4)


def test_recomputed_statistics_are_those_of_the_data() -> None:
    """Of the first layer: NumPy's mean and variance over all examples; dropout is off."""
    images, _ = examples(1000)
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Dropout(0.5),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(CLASSES),
        ]
    )
    statistics.recompute(model, tf.constant(images))
    _, conv, first, _, second, *_ = model.layers
    maps = conv(scaled(images)).numpy().astype(np.float64)
    np.testing.assert_allclose(first.moving_mean, maps.mean((0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(first.moving_variance, maps.var((0, 1, 2)), atol=1e-5)
    # The second layer sees the first one's outputs as the batches' own statistics make them.
    seen = []
    for part in batches.order(0, 0, 1000).reshape(2, 500):
        own = maps[part]
        spread = np.sqrt(own.var((0, 1, 2)) + first.epsilon)
        seen.append(np.maximum((own - own.mean((0, 1, 2))) / spread, 0))
    outputs = np.concatenate(seen)
    np.testing.assert_allclose(second.moving_mean, outputs.mean((0, 1, 2)), atol=1e-4)
    np.testing.assert_allclose(second.moving_variance, outputs.var((0, 1, 2)), atol=1e-4)


def test_statistics_are_computed_from_full_batches_of_fewer_examples_too() -> None:
    images, _ = examples(70)
    model = sequential()
    statistics.recompute(model, tf.constant(images))
    maps = model.layers[0](scaled(images)).numpy().astype(np.float64)
    np.testing.assert_allclose(model.layers[1].moving_variance, maps.var((0, 1, 2)), atol=1e-5)
