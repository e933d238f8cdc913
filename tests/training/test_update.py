"""What a step does with gradients: clipping, groups of weights, what is not trained."""

from typing import Any

import numpy as np
import pytest
from bands import keras, tf

from study.training import batches, engine
from study.training.update import Update
from training_settings import training

layers = keras.layers
IMAGE = (6, 6, 1)
CLASSES = 3
SGD = {"name": "sgd", "learning_rate": 0.1}


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
            layers.Conv2D(3, 3, bias_initializer="random_normal", name="conv"),
            layers.BatchNormalization(beta_initializer="random_normal", name="norm"),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(CLASSES, bias_initializer="random_normal", name="head"),
        ]
    )


def updated(own: keras.Model, gradients: list[np.ndarray], **settings: Any) -> dict[str, Any]:
    """The change of each trained weight in one update, by its path."""
    start = {v.path.split("/", 1)[1]: v.numpy() for v in own.trainable_variables}
    plan = training(**settings)
    update = Update(own, plan)
    update.begin(plan)
    update(
        [tf.constant(gradient) for gradient in gradients],
        tf.constant(0), tf.constant(10), tf.constant(1.0), update.scalars,
    )  # fmt: skip
    return {
        v.path.split("/", 1)[1]: v.numpy() - start[v.path.split("/", 1)[1]]
        for v in own.trainable_variables
    }


def zeros(own: keras.Model) -> list[np.ndarray]:
    return [np.zeros(variable.shape, np.float32) for variable in own.trainable_variables]


def ones(own: keras.Model) -> list[np.ndarray]:
    return [np.ones(variable.shape, np.float32) for variable in own.trainable_variables]


@pytest.mark.parametrize("clip", [0.05, 100.0])
def test_a_gradient_is_clipped_by_its_norm_as_by_keras(clip: float) -> None:
    """The norm over all weights together, of the whole batch, with microbatches too."""
    images, labels = data(64)
    for micro in (None, 8):
        own = model()
        own.layers[1].trainable = micro is None  # parts of a batch have statistics of their own
        start = own.get_weights()
        plan = training(
            epochs=1, batch_size=16, microbatch_size=micro, clip_norm=clip,
            optimizer={**SGD, "momentum": 0.9},
        )  # fmt: skip
        engine.train(own, images, labels, training=plan, seed=2)
        ours = own.get_weights()
        own.set_weights(start)
        own.compile(
            optimizer=keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=clip),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            run_eagerly=True,
        )
        order = batches.order(2, 0, 64)
        own.fit(
            images[order] / np.float32(255), labels[order], batch_size=16, shuffle=False, verbose=0
        )
        for one, other in zip(ours, own.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_groups_have_learning_rates_of_their_own() -> None:
    own = model()
    changes = updated(
        own, ones(own), optimizer=SGD,
        learning_rate_factors={"biases": 2.0, "normalization": 3.0, "head": 0.5},
    )  # fmt: skip
    factors = {
        "conv/kernel": 1.0,
        "conv/bias": 2.0,
        "norm/gamma": 3.0,
        "norm/beta": 6.0,
        "head/kernel": 0.5,
        "head/bias": 1.0,
    }
    assert changes.keys() == factors.keys()
    for name, change in changes.items():
        np.testing.assert_allclose(change, -0.1 * factors[name], rtol=1e-5, err_msg=name)


def test_exempt_groups_do_not_decay() -> None:
    """With gradients of zero, only weight decay changes a weight."""
    everything = {"conv/kernel", "conv/bias", "norm/gamma", "norm/beta", "head/kernel", "head/bias"}
    kept = {
        (): set(),
        ("biases",): {"conv/bias", "norm/beta", "head/bias"},
        ("biases", "normalization"): {"conv/bias", "norm/beta", "head/bias", "norm/gamma"},
        ("head",): {"head/kernel", "head/bias"},
    }
    for exempt, expected in kept.items():
        for name in ("sgd", "adamw", "muon"):
            own = model()
            start = {v.path.split("/", 1)[1]: v.numpy() for v in own.trainable_variables}
            changes = updated(
                own, zeros(own), weight_decay_exempt=list(exempt),
                optimizer={"name": name, "learning_rate": 0.1, "weight_decay": 0.5},
            )  # fmt: skip
            assert {key for key, change in changes.items() if not change.any()} == expected
            if name != "muon":
                for key in everything - expected:
                    np.testing.assert_allclose(changes[key], -0.05 * start[key], rtol=1e-4)


def test_by_default_biases_and_normalisation_do_not_decay() -> None:
    own = model()
    changes = updated(own, zeros(own), optimizer={**SGD, "weight_decay": 0.5})
    assert {key for key, change in changes.items() if change.any()} == {
        "conv/kernel",
        "head/kernel",
    }


def test_what_is_frozen_is_not_among_the_variables() -> None:
    own = model()
    own.layers[0].kernel.trainable = False
    update = Update(own, training(optimizer={**SGD, "weight_decay": 0.5, "momentum": 0.9}))
    assert len(update.variables) == 5
    assert all(variable is not own.layers[0].kernel.value for variable in update.variables)
    kernel = own.layers[0].kernel.numpy()
    changes = updated(own, ones(own), optimizer={**SGD, "weight_decay": 0.5})
    assert "conv/kernel" not in changes
    np.testing.assert_array_equal(own.layers[0].kernel, kernel)


def test_arrays_restore_all_that_changes_from_step_to_step() -> None:
    plan = training(
        optimizer={**SGD, "momentum": 0.9}, averaging={"name": "swa", "start": 0.0, "every": 1}
    )
    one, other = model(), model()
    first, second = Update(one, plan), Update(other, plan)
    for update in (first, second):
        update.begin(plan)

    def advance(update: Update, own: keras.Model, step: int) -> None:
        update(
            [tf.constant(gradient) for gradient in ones(own)],
            tf.constant(step), tf.constant(10), tf.constant(1.0), update.scalars,
        )  # fmt: skip

    advance(first, one, 0)
    second.restore(first.arrays())
    for update, own in ((first, one), (second, other)):
        advance(update, own, 1)
    assert first.arrays().keys() == second.arrays().keys()
    for name, value in first.arrays().items():
        np.testing.assert_array_equal(value, second.arrays()[name])


def test_published_weights_are_the_averages_inside_the_block_only() -> None:
    plan = training(optimizer=SGD, averaging={"name": "ema", "decay": 0.9})
    own = model()
    update = Update(own, plan)
    update.begin(plan)
    update(
        [tf.constant(gradient) for gradient in ones(own)],
        tf.constant(0), tf.constant(10), tf.constant(1.0), update.scalars,
    )  # fmt: skip
    trained = own.get_weights()
    averages = [np.array(slot) for slot in update.averaging.slots]  # type: ignore[union-attr]
    with update.published(1, 10) as are_averages:
        assert are_averages
        for weight, average in zip(own.get_weights(), averages, strict=True):
            np.testing.assert_array_equal(weight, average)
    for weight, before in zip(own.get_weights(), trained, strict=True):
        np.testing.assert_array_equal(weight, before)


def test_without_averages_the_weights_themselves_are_published() -> None:
    for averaging in (None, {"name": "swa", "start": 0.5}):
        plan = training(optimizer=SGD, averaging=averaging)
        own = model()
        update = Update(own, plan)
        update.begin(plan)
        before = own.get_weights()
        with update.published(1, 10) as are_averages:
            assert not are_averages
            for weight, value in zip(own.get_weights(), before, strict=True):
                np.testing.assert_array_equal(weight, value)
