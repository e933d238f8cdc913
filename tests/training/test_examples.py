"""What a step sees: targets and losses are those of Keras' losses."""

from typing import Any

import numpy as np
import pytest
from bands import keras, tf

import augment
from study.families import AUGMENTATIONS
from study.training import engine
from study.training.batches import order
from study.training.examples import Examples, are_correct, keeps_pixels, losses
from study.training.forward import Forward
from study.training.randomness import Draw
from training_settings import training

layers = keras.layers
IMAGE = (6, 6, 1)
CLASSES = 5


def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input(IMAGE), layers.Flatten(), layers.Dense(CLASSES)])


def data(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, *IMAGE), np.uint8), rng.integers(
        0, CLASSES, count, np.int32
    )


def seen(plan: dict[str, Any], indices: list[int], seed: int = 3) -> tuple[Any, Any]:
    images, labels = data(20)
    forward = Forward(model(), blocks=False)
    examples = Examples(tf.constant(images), tf.constant(labels), CLASSES, plan, forward)
    return examples(drawn(indices, seed))


def drawn(indices: list[int], seed: int = 3) -> Draw:
    return Draw(tf.constant(seed), tf.constant(0), tf.constant(0), tf.constant(indices))


def test_without_smoothing_and_mixing_targets_are_class_ids() -> None:
    images, labels = data(20)
    pixels, targets = seen(training(), [3, 1, 19])
    np.testing.assert_array_equal(pixels, images[[3, 1, 19]] / np.float32(255))
    np.testing.assert_array_equal(targets, labels[[3, 1, 19]])
    assert targets.dtype == tf.int32


@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_a_smoothed_loss_is_that_of_keras(smoothing: float) -> None:
    labels = data(20)[1]
    logits = np.random.default_rng(1).normal(0, 5, (20, CLASSES)).astype(np.float32)
    targets = seen(training(label_smoothing=smoothing), list(range(20)))[1]
    expected = keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=smoothing, reduction=None
    )(keras.utils.to_categorical(labels, CLASSES), logits)
    np.testing.assert_allclose(losses(targets, tf.constant(logits)), expected, rtol=1e-5)


def test_class_ids_give_the_sparse_loss_exactly() -> None:
    labels = data(20)[1]
    logits = np.random.default_rng(1).normal(0, 5, (20, CLASSES)).astype(np.float32)
    expected = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)(
        labels, logits
    )
    np.testing.assert_array_equal(losses(tf.constant(labels), tf.constant(logits)), expected)


def test_training_with_smoothed_labels_is_that_of_keras() -> None:
    images, labels = data(20)
    own = model()
    start = own.get_weights()
    plan = training(
        epochs=1, batch_size=10, label_smoothing=0.2,
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )  # fmt: skip
    row = engine.train(own, images, labels, training=plan, seed=2)[0]
    ours = own.get_weights()
    own.set_weights(start)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    own.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss, metrics=["accuracy"])
    own_order = order(2, 0, 20)
    theirs = own.fit(
        images[own_order] / np.float32(255),
        keras.utils.to_categorical(labels[own_order], CLASSES),
        batch_size=10, shuffle=False, verbose=0,
    ).history  # fmt: skip
    for one, other in zip(ours, own.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert row["loss"] == pytest.approx(theirs["loss"][0], rel=1e-5)
    assert row["accuracy"] == pytest.approx(theirs["accuracy"][0])


def test_a_prediction_is_correct_if_it_is_the_most_probable_target() -> None:
    logits = tf.constant([[0.0, 2.0, 1.0], [3.0, 2.0, 1.0], [0.0, 2.0, 2.0]])
    assert are_correct(tf.constant([1, 1, 1]), logits).numpy().tolist() == [True, False, True]
    soft = tf.constant([[0.3, 0.4, 0.3], [0.4, 0.6, 0.0], [0.1, 0.1, 0.8]])
    assert are_correct(soft, logits).numpy().tolist() == [True, False, False]


@pytest.mark.parametrize("names", [["shift", "flip"], ["shift", "shift"]])
def test_augmentations_are_applied_in_order_with_numbers_of_their_own(names: list[str]) -> None:
    plan = training(augmentation=[{"name": name} for name in names])
    indices = list(range(20))
    expected = data(20)[0] / np.float32(255)
    for place, name in enumerate(names):
        numbers = drawn(indices).of(f"augmentation {place}")
        expected = AUGMENTATIONS.create({"name": name})(expected, numbers)
    np.testing.assert_array_equal(seen(plan, indices)[0], expected)


def test_augmented_images_are_shown_as_a_runs_first_step_sees_them() -> None:
    recipe = training(augmentation=[{"name": "shift"}, {"name": "elastic"}])["augmentation"]
    images, _ = data(20)
    shown = augment.augmented(images, recipe)
    assert (shown != images).any(axis=(1, 2, 3)).all()
    expected, _ = seen(training(augmentation=recipe), list(range(20)), seed=0)
    np.testing.assert_array_equal(shown, np.rint(np.asarray(expected) * 255))


def test_mixing_comes_after_smoothing() -> None:
    """So that the targets of a mixture of equal classes are smoothed like others."""
    labels = data(20)[1]
    targets = seen(training(label_smoothing=0.1, mixing={"name": "mixup"}), list(range(20)))[1]
    np.testing.assert_allclose(np.asarray(targets).sum(axis=1), 1, rtol=1e-5)
    assert np.asarray(targets).min() == pytest.approx(0.1 / CLASSES, rel=1e-4)
    pairs = labels == np.roll(labels, 1)
    assert pairs.any()
    smoothed = 0.9 * np.eye(CLASSES)[labels] + 0.1 / CLASSES
    np.testing.assert_allclose(np.asarray(targets)[pairs], smoothed[pairs], rtol=1e-5)


def test_images_are_kept_only_without_augmentation_and_mixing() -> None:
    assert keeps_pixels(training(label_smoothing=0.1))
    assert not keeps_pixels(training(augmentation=[{"name": "flip"}]))
    assert not keeps_pixels(training(mixing={"name": "mixup"}))
