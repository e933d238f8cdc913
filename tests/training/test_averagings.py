"""Averages of weights: TensorFlow's, NumPy's, and what a run does with them."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from bands import keras, tf

from study.families import AVERAGINGS
from study.training import batches, engine
from training_settings import training

layers = keras.layers
IMAGE = (6, 6, 1)
CLASSES = 3


def walk(steps: int) -> list[list[np.ndarray]]:
    """The values of two weights before a run and after each of its steps."""
    rng = np.random.default_rng(0)
    return [
        [rng.normal(size=(2, 3)).astype(np.float32), rng.normal(size=4).astype(np.float32)]
        for _ in range(steps + 1)
    ]


def averaged(settings: dict[str, Any], path: list[list[np.ndarray]]) -> Any:
    """What an averaging, in a compiled step, makes of weights that are set to the path's values."""
    weights = [tf.Variable(value) for value in path[0]]
    averaging = AVERAGINGS.create(settings, weights)
    after = tf.function(averaging.after, autograph=False)
    averaging.begin()
    total = len(path) - 1
    for step, values in enumerate(path[1:]):
        for weight, value in zip(weights, values, strict=True):
            weight.assign(value)
        after(tf.constant(step), tf.constant(total))
    found = averaging.averaged(total, total)
    return None if found is None else [np.asarray(value) for value in found]


@pytest.mark.parametrize("decay", [0.3, 0.9, 0.999])
def test_ema_is_that_of_tensorflow(decay: float) -> None:
    path = walk(25)
    weights = [tf.Variable(value) for value in path[0]]
    count = tf.Variable(0)
    reference = tf.train.ExponentialMovingAverage(decay, num_updates=count)
    reference.apply(weights)  # starts with the weights as they are
    for step, values in enumerate(path[1:]):
        for weight, value in zip(weights, values, strict=True):
            weight.assign(value)
        count.assign(step + 1)
        reference.apply(weights)
    for own, weight in zip(averaged({"name": "ema", "decay": decay}, path), weights, strict=True):
        np.testing.assert_allclose(own, reference.average(weight), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("start", "every", "steps", "counted"),
    [
        (0.75, 2, 12, [9, 11]),
        (0.0, 1, 4, [1, 2, 3, 4]),
        (0.5, 3, 9, [5, 8]),
        (0.9, 100, 10, [9]),
    ],
)
def test_swa_is_the_mean_of_the_recorded_weights(
    start: float, every: int, steps: int, counted: list[int]
) -> None:
    path = walk(steps)
    found = averaged({"name": "swa", "start": start, "every": every}, path)
    for place, own in enumerate(found):
        expected = np.mean([path[step][place] for step in counted], axis=0)
        np.testing.assert_allclose(own, expected, rtol=1e-5, atol=1e-6)


def test_swa_starts_after_that_fraction_of_the_steps_whatever_the_rounding() -> None:
    """Against exact fractions: 0.55 of 100 steps are 55."""
    for hundredths in range(0, 100, 3):
        for total in (7, 100, 900, 25_000):
            swa = AVERAGINGS.create({"name": "swa", "start": hundredths / 100, "every": 10**6}, [])
            first = max(math.ceil(Fraction(hundredths, 100) * total), 1)
            swa.after(tf.constant(first - 2), tf.constant(total))
            assert swa.averaged(first - 1, total) is None
            swa.after(tf.constant(first - 1), tf.constant(total))
            assert swa.averaged(first, total) is not None, (hundredths, total)


def test_swa_has_no_average_before_its_start() -> None:
    weights = [tf.Variable([1.0, 2.0])]
    swa = AVERAGINGS.create({"name": "swa", "start": 0.5, "every": 1}, weights)
    swa.begin()
    swa.after(tf.constant(0), tf.constant(10))
    assert swa.averaged(1, 10) is None


def test_swa_forgets_the_run_before() -> None:
    """To the last bit: compiled steps are shared by runs."""
    weights = [tf.Variable([0.1, 1e8])]
    swa = AVERAGINGS.create({"name": "swa", "start": 0.0, "every": 1}, weights)
    found = []
    for before in ([0.1, 1e8], [1e8, math.nan]):
        weights[0].assign(before)
        swa.begin()
        swa.after(tf.constant(0), tf.constant(1))
        weights[0].assign([0.3, 0.7])
        swa.begin()
        swa.after(tf.constant(0), tf.constant(1))
        found.append(np.array(swa.averaged(1, 1)[0]))
    np.testing.assert_array_equal(found[0], np.float32([0.3, 0.7]))
    np.testing.assert_array_equal(found[1], found[0])


def test_lookahead_moves_slow_weights_and_returns_to_them() -> None:
    """Against NumPy, with gradient steps between."""
    moves = walk(11)
    weights = [tf.Variable(value) for value in moves[0]]
    lookahead = AVERAGINGS.create({"name": "lookahead", "every": 4, "move": 0.3}, weights)
    after = tf.function(lookahead.after, autograph=False)
    lookahead.begin()
    slow = [value.astype(np.float64) for value in moves[0]]
    fast = [value.copy() for value in slow]
    for step, changes in enumerate(moves[1:]):
        fast = [value + change for value, change in zip(fast, changes, strict=True)]
        for weight, change in zip(weights, changes, strict=True):
            weight.assign_add(change)
        after(tf.constant(step), tf.constant(11))
        if (step + 1) % 4 == 0:
            slow = [one + 0.3 * (other - one) for one, other in zip(slow, fast, strict=True)]
            fast = [value.copy() for value in slow]
        for weight, value in zip(weights, fast, strict=True):
            np.testing.assert_allclose(weight, value, rtol=1e-5, atol=1e-5)
        for weight, value in zip(lookahead.averaged(step + 1, 11), slow, strict=True):
            np.testing.assert_allclose(weight, value, rtol=1e-5, atol=1e-5)


def data(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, *IMAGE), np.uint8), rng.integers(
        0, CLASSES, count, np.int32
    )


def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Conv2D(3, 3),
            layers.BatchNormalization(momentum=0.7),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(CLASSES),
        ]
    )


SETTINGS: list[dict[str, Any]] = [
    {"name": "ema", "decay": 0.8},
    {"name": "swa", "start": 0.4, "every": 2},
    {"name": "lookahead", "every": 2, "move": 0.4},
]


def by_keras(
    settings: dict[str, Any], images: np.ndarray, labels: np.ndarray, steps: int
) -> list[tuple[list[np.ndarray], list[np.ndarray]]]:
    """After each step, trained and averaged weights: Keras' steps, and averages in NumPy."""
    own = model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    own.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss, run_eagerly=True)
    averages = own.get_weights()
    recorded: list[list[np.ndarray]] = []
    found = []
    for step in range(steps):
        batch = batches.batch(2, step, len(images), 16, with_rest=False)
        own.train_on_batch(images[batch] / np.float32(255), labels[batch])
        weights = own.get_weights()
        match settings["name"]:
            case "ema":
                kept = min(settings["decay"], (2 + step) / (11 + step))
                averages = [
                    kept * a + (1 - kept) * w for a, w in zip(averages, weights, strict=True)
                ]
            case "swa":
                first = math.ceil(settings["start"] * steps)
                if step + 1 >= first and (step + 1 - first) % settings["every"] == 0:
                    recorded.append(weights)
                averages = [np.mean(own, axis=0) for own in zip(*recorded, strict=True)] or weights
            case "lookahead":
                if (step + 1) % settings["every"] == 0:
                    move = settings["move"]
                    averages = [a + move * (w - a) for a, w in zip(averages, weights, strict=True)]
                    weights = averages
                    own.set_weights(averages)
        published = model()
        published.set_weights(averages)
        if settings["name"] != "swa" or recorded:
            # The statistics of all examples, since those here fit into one batch.
            maps = published.layers[0](images / np.float32(255)).numpy()
            published.layers[1].moving_mean.assign(maps.mean((0, 1, 2)))
            published.layers[1].moving_variance.assign(maps.var((0, 1, 2)))
        found.append((weights, published.get_weights()))
    return found


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda own: own["name"])
def test_what_is_scored_and_returned_are_the_averages(settings: dict[str, Any]) -> None:
    """And training goes on from the weights that are not averaged."""
    images, labels = data(64)
    plan = training(
        steps=8, batch_size=16, log_every=1, averaging=settings,
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )  # fmt: skip
    own = model()
    rows = engine.train(own, images, labels, training=plan, seed=2, validation=(images, labels))
    reference = by_keras(settings, images, labels, 8)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    scored = model()
    for row, (_, published) in zip(rows[1:], reference, strict=True):  # the first: before step 1
        scored.set_weights(published)
        expected = loss(labels, scored(images / np.float32(255), training=False))
        assert row["val_loss"] == pytest.approx(float(expected), rel=1e-3), row["step"]
    for one, other in zip(own.get_weights(), reference[-1][1], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda own: own["name"])
def test_rows_without_scores_change_nothing(settings: dict[str, Any]) -> None:
    """Averages are not put into the model where nothing is scored, but for the last time."""
    images, labels = data(64)
    plan = training(epochs=2, batch_size=16, averaging=settings)
    found = []
    for validation in (None, (images, labels)):
        own = model()
        engine.train(own, images, labels, training=plan, seed=2, validation=validation)
        found.append(np.concatenate([weight.ravel() for weight in own.get_weights()]))
    np.testing.assert_array_equal(found[0], found[1])
