"""A run that is stopped and continued ends with the same bits as one that is not."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bands import ARCHITECTURES, built, examples, keras, tf

from study.errors import StoppedError
from study.families import OF_TRAINING
from study.training import engine, whitening
from study.training.cache import CompiledStepCache
from study.training.checkpoints import Checkpoints
from study.training.randomness import Draw
from training_settings import training


@pytest.mark.parametrize(("name", "parameters", "count"), ARCHITECTURES)
def test_a_run_in_pieces_ends_with_the_same_bits(
    name: str,
    parameters: dict[str, Any],
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped after every second call and gone on with from its checkpoint, in a new model."""
    monkeypatch.setattr(engine, "EXAMPLES_PER_CALL", 32)
    images, labels = examples(80)
    plan = training(epochs=2, optimizer={"name": "adam", "learning_rate": 0.01})
    outcomes = []
    for every in (2, 1000):
        calls = itertools.count(1)
        while True:
            model = built(name, **parameters)
            store = Checkpoints(tmp_path / str(every), "f" * 64)
            try:
                rows = engine.train(
                    model, images, labels, training=plan, seed=1,
                    validation=(images, labels), checkpoints=store,
                    stopping=lambda calls=calls, every=every: next(calls) % every == 0,
                )  # fmt: skip
                break
            except StoppedError:
                continue
        assert store.resumed_at == ([2, 4, 6] if every == 2 else [])
        outcomes.append((rows, np.concatenate([w.ravel() for w in model.get_weights()])))
    assert outcomes[0][0] == outcomes[1][0]
    assert (outcomes[0][1] == outcomes[1][1]).all()


def test_dropout_masks_depend_on_the_step_alone() -> None:
    """A run cut into chunks otherwise (rows of history every step) trains the same weights."""
    images, labels = examples(96)
    weights = []
    for log_every in (1, 5, None):
        model = built("mlp", dropout=0.5)
        plan = training(steps=6, log_every=log_every)
        engine.train(model, images, labels, training=plan, seed=0)
        weights.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    assert (weights[0] == weights[1]).all()
    assert (weights[0] == weights[2]).all()


SMALL = (10, 10, 1)


def small() -> keras.Model:
    """A convolution with batch normalisation and dropout."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(SMALL),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dropout(0.2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5),
            layers.Dense(3),
        ]
    )


def settings() -> dict[str, dict[str, Any]]:
    """Each member of each family, and each other setting of a step, with what shows it."""
    found: dict[str, dict[str, Any]] = {}
    for key, family in OF_TRAINING.items():
        for name in family.names():
            own = {"name": name}
            found[f"{family.word} {name}"] = {key: [own] if key == "augmentation" else own}
    sgd = {"name": "sgd", "learning_rate": 0.1}
    return found | {
        "momentum": {"optimizer": {**sgd, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}},
        "averaging from the start": {"averaging": {"name": "swa", "start": 0.0, "every": 1}},
        "lookahead at every step": {"averaging": {"name": "lookahead", "every": 1}},
        "several augmentations": {
            "augmentation": [{"name": n} for n in ("shift", "flip", "shift")]
        },
        "clip_norm": {"clip_norm": 0.1},
        "label_smoothing": {"label_smoothing": 0.1},
        "learning_rate_factors": {"learning_rate_factors": {"biases": 2.0}},
        "whitening": {"whitening": {"frozen": False}},
        "frozen whitening": {"whitening": {"frozen": True}},
        "whole batches": {"microbatch_size": None},
        "a smaller last batch": {"batch_size": 20, "microbatch_size": 10},
    }


@pytest.fixture(scope="module")
def cache() -> CompiledStepCache:
    return CompiledStepCache()


@pytest.fixture(scope="module")
def few() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (48, *SMALL), np.uint8), rng.integers(0, 3, 48, np.int32)


@pytest.mark.parametrize("changes", settings().values(), ids=settings())
def test_with_every_setting_a_run_in_pieces_ends_with_the_same_bits(
    changes: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cache: CompiledStepCache,
    few: tuple[np.ndarray, np.ndarray],
) -> None:
    """Stopped in the second epoch; before it continues, another run uses the compiled steps."""
    monkeypatch.setattr(engine, "EXAMPLES_PER_CALL", 16)
    images, labels = few
    plan = training(**{"epochs": 2, "batch_size": 16, "microbatch_size": 8, **changes})

    def run(store: Checkpoints | None, stopping: Any) -> Any:
        model = small()
        if plan["whitening"]:
            whitening.whiten(model, images, **plan["whitening"])
        rows = engine.train(
            model, images, labels, training=plan, seed=1, validation=(images, labels),
            cache=cache, checkpoints=store, stopping=stopping,
        )  # fmt: skip
        return rows, np.concatenate([weight.ravel() for weight in model.get_weights()])

    calls = itertools.count(1)
    with pytest.raises(StoppedError):
        run(Checkpoints(tmp_path, "f" * 64), lambda: next(calls) == 4)
    whole = run(None, lambda: False)
    store = Checkpoints(tmp_path, "f" * 64)
    pieces = run(store, lambda: False)
    assert store.resumed_at == [4]
    assert pieces[0] == whole[0]
    np.testing.assert_array_equal(pieces[1], whole[1])


def test_no_two_microbatches_of_a_run_draw_the_same_random_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where an epoch ends with a smaller batch, which has fewer parts."""
    seen: list[int] = []
    give = engine.Examples.__call__

    def recorded(self: engine.Examples, draw: Draw) -> Any:
        tf.numpy_function(lambda number: seen.append(int(number)), [draw.number], [])
        return give(self, draw)

    monkeypatch.setattr(engine.Examples, "__call__", recorded)
    images, labels = examples(48)
    plan = training(batch_size=20, microbatch_size=10, epochs=3)
    engine.train(built("softmax_regression"), images, labels, training=plan, seed=0)
    assert len(seen) == 3 * (2 + 2 + 1)
    assert len(set(seen)) == len(seen)
