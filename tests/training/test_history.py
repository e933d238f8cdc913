"""The history: rows where they are due, and what has diverged is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bands import IMAGE, built, examples, keras

from study.errors import StudyError
from study.training import engine
from study.training.checkpoints import Checkpoints
from training_settings import training


def test_a_loss_that_is_not_finite_stops_the_run_at_once() -> None:
    images, labels = examples(320)
    plan = training(optimizer={"name": "sgd", "learning_rate": 1e30}, epochs=50)
    rows: list[dict[str, float]] = []
    with pytest.raises(StudyError, match=r"loss is not finite in epoch 0, step \d\b"):
        engine.train(built("mlp"), images, labels, training=plan, seed=0, on_row=rows.append)
    assert rows == []


def test_a_weight_that_is_not_finite_stops_the_run() -> None:
    images, labels = examples(64)
    model = built("core_mlp", units=(8,))
    kernel, bias, *rest = model.get_weights()
    bias[0] = np.nan
    kernel[:, 0] = 0
    rest[0][0] = 0
    model.set_weights([kernel, bias, *rest])
    with pytest.raises(StudyError, match="not finite in epoch 0"):
        engine.train(model, images, labels, training=training(epochs=1), seed=0)


def test_a_run_that_overflows_in_its_last_step_publishes_nothing() -> None:
    images, labels = examples(32)
    plan = training(steps=1, optimizer={"name": "sgd", "learning_rate": 3e38})
    with pytest.raises(StudyError, match="is not finite in epoch 0"):
        engine.train(
            built("core_mlp"), images, labels, training=plan, seed=0, validation=(images, labels)
        )


def test_statistics_of_batch_normalisation_are_checked_too() -> None:
    images, labels = examples(32)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input(IMAGE), layers.Flatten(), layers.Dense(10), layers.BatchNormalization()]
    )
    model.layers[-1].moving_variance.assign(np.full(10, np.inf, np.float32))
    with pytest.raises(StudyError, match="moving_variance is not finite"):
        engine.train(model, images, labels, training=training(steps=1), seed=0)


def test_a_longer_run_has_no_row_where_the_shorter_one_ends(tmp_path: Path) -> None:
    images, labels = examples(100)
    plan = training(batch_size=10, log_every=7)  # epochs of 10 steps: rows never fall on an end

    def train(epochs: int, **options: Any) -> tuple[list[dict[str, float]], list[np.ndarray]]:
        model = built("mlp")
        rows = engine.train(
            model, images, labels, training={**plan, "epochs": epochs}, seed=1,
            validation=(images, labels), **options,
        )  # fmt: skip
        return rows, model.get_weights()

    ends = Checkpoints(tmp_path / "ends", "e" * 64)
    alone = train(5)
    train(3, checkpoints=Checkpoints(tmp_path / "a", "a" * 64), beginning=ends, keep_end=True)
    longer = Checkpoints(tmp_path / "b", "b" * 64)
    continued = train(5, checkpoints=longer, beginning=ends)
    assert longer.resumed_at == [30]
    assert longer.inherited_seconds > 0
    assert continued[0] == alone[0]
    for one, other in zip(continued[1], alone[1], strict=True):
        np.testing.assert_array_equal(one, other)
    shorter = Checkpoints(tmp_path / "c", "c" * 64)
    train(2, checkpoints=shorter, beginning=ends)
    assert shorter.resumed_at == [], "the end of a longer run is none of its own"
