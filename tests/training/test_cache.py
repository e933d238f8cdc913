"""Runs that share compiled steps have the bits of runs alone."""

from typing import Any

import numpy as np
import pytest
from bands import IMAGE, keras

from study import models
from study.training import engine
from study.training.cache import CompiledStepCache
from study.training.outputs import logits_of
from training_settings import training


def examples() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (160, *IMAGE), np.uint8), rng.integers(0, 10, 160, np.int32)


def plan(**changes: Any) -> dict[str, Any]:
    return training(batch_size=80, microbatch_size=20) | changes


def test_runs_that_share_compiled_steps_have_the_bits_of_runs_alone() -> None:
    images, labels = examples()
    runs = [
        (1, 0.2, {"name": "adam", "learning_rate": 0.001}),
        (2, 0.2, {"name": "adam", "learning_rate": 0.001}),
        (2, 0.6, {"name": "adam", "learning_rate": 0.003, "beta_1": 0.8}),
        (3, 0.0, {"name": "adam", "learning_rate": 0.001}),
        (1, 0.2, {"name": "sgd", "learning_rate": 0.1}),
        (1, 0.2, {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9}),
    ]
    shared = CompiledStepCache()
    compiled = []
    for seed, rate, optimizer in runs:
        found = []
        for cache in (shared, CompiledStepCache()):
            keras.utils.set_random_seed(seed)
            model = models.build("mlp", IMAGE, 10, dropout=rate, units=16)
            history = engine.train(
                model, images, labels, training=plan(optimizer=optimizer), seed=seed,
                validation=(images, labels), cache=cache,
            )  # fmt: skip
            found.append((history, model.get_weights()))
        assert found[0][0] == found[1][0]
        for one, other in zip(found[0][1], found[1][1], strict=True):
            np.testing.assert_array_equal(one, other)
        compiled += shared._models.values()
    assert len(compiled) == len(runs), "what is of another structure is released"
    assert [compiled.index(model) for model in compiled] == [0, 0, 0, 3, 4, 4]


def residual(seed: int, rate: float) -> keras.Model:
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    inputs = keras.Input(IMAGE)
    start = layers.Conv2D(4, 3, strides=4)(inputs)
    found = layers.Dropout(rate)(layers.ReLU()(layers.BatchNormalization()(start)))
    found = layers.Add()([start, layers.Conv2D(4, 3, padding="same")(found)])
    found = layers.Dropout(rate)(layers.GlobalAveragePooling2D()(found))
    return keras.Model(inputs, layers.Dense(10)(found))


def test_functional_models_share_compiled_steps_whatever_their_seeds_and_rates() -> None:
    """They have the bits of runs alone, also with averages, whose slots the runs share."""
    images, labels = examples()
    runs = [
        (1, 0.2, None),
        (2, 0.5, None),
        (1, 0.2, {"name": "swa", "start": 0.0, "every": 1}),
        (3, 0.5, {"name": "swa", "start": 0.0, "every": 1}),
        (3, 0.5, {"name": "ema"}),
    ]
    shared = CompiledStepCache()
    compiled = []
    for seed, rate, averaging in runs:
        found = []
        for cache in (shared, CompiledStepCache()):
            model = residual(seed, rate)
            history = engine.train(
                model, images, labels, training=plan(averaging=averaging), seed=seed,
                validation=(images, labels), cache=cache,
            )  # fmt: skip
            found.append((history, model.get_weights()))
        assert found[0][0] == found[1][0]
        for one, other in zip(found[0][1], found[1][1], strict=True):
            np.testing.assert_array_equal(one, other)
        compiled.append(len(shared._steps))
    assert compiled == [1, 1, 2, 2, 3]


def test_a_model_returned_keeps_its_weights_until_another_run_is_made() -> None:
    """Those that were averaged, although training has gone on from others."""
    images, labels = examples()
    cache = CompiledStepCache()
    own = residual(1, 0.2)
    settings = plan(averaging={"name": "ema", "decay": 0.9})
    engine.train(own, images, labels, training=settings, seed=1, cache=cache)
    returned = own.get_weights()
    logits = np.asarray(own(images[:4] / np.float32(255)))
    evaluator = cache.evaluator(own)
    with logits_of(evaluator.model):
        np.testing.assert_allclose(evaluator.logits(images[:4]), logits, atol=1e-5)
    for one, other in zip(own.get_weights(), returned, strict=True):
        np.testing.assert_array_equal(one, other)


def noisy(kind: str) -> keras.Model:
    """A model with a layer whose seed is compiled into its steps."""
    layers = keras.layers
    drawing = {
        "noise_shape": lambda: layers.Dropout(0.5, noise_shape=(None, 1, 1, 1)),
        "flip": lambda: layers.RandomFlip(),
        "rotation": lambda: layers.RandomRotation(0.1),
    }[kind]
    return keras.Sequential([keras.Input(IMAGE), drawing(), layers.Flatten(), layers.Dense(10)])


@pytest.mark.parametrize("kind", ["noise_shape", "flip", "rotation"])
def test_a_layer_that_draws_by_itself_does_not_share_compiled_steps(kind: str) -> None:
    images, labels = examples()
    found = []
    shared = CompiledStepCache()
    for seed in (1, 2):
        for cache in (shared, CompiledStepCache()):
            keras.utils.set_random_seed(seed)
            model = noisy(kind)
            engine.train(model, images, labels, training=training(), seed=0, cache=cache)
            found.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    assert (found[0] == found[1]).all()
    assert (found[2] == found[3]).all()
