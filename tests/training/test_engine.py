"""The training loop: its steps match those of NumPy and Keras."""

from typing import Any

import numpy as np
import pytest
from bands import ARCHITECTURES, built, examples, keras

from study.evaluation.losses import cross_entropies
from study.training import batches, engine
from study.training.cache import CompiledStepCache
from study.training.evaluator import Evaluator
from study.training.outputs import logits_of
from training_settings import training


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (None, [0.01] * 7),
        (
            {"name": "linear", "warmup": 0.3},
            [0.01 / 3, 0.02 / 3, 0.01, 0.01, 0.0075, 0.005, 0.0025],
        ),
    ],
)
def test_softmax_regressions_steps_are_numpys(
    schedule: dict[str, Any] | None, rates: list[float]
) -> None:
    """The protocol of S4: zero start, gradient descent on the sum of the batch's cross-entropy.

    With a schedule each step has a learning rate of its own, whichever call it is part of.
    """
    images, labels = examples(200)
    model = built("softmax_regression")
    plan = training(
        optimizer={"name": "sgd", "learning_rate": 0.01},
        schedule=schedule,
        loss_reduction="sum",
        batch_size=50,
        steps=7,
        log_every=2,
    )
    rows = engine.train(model, images, labels, training=plan, seed=5)
    pixels = images.reshape(200, -1).astype(np.float64) / 255
    weights, biases = np.zeros((784, 10)), np.zeros(10)
    losses = []
    for step, rate in enumerate(rates):
        batch = batches.batch(5, step, 200, 50, with_rest=False)
        logits = pixels[batch] @ weights + biases
        losses.append(cross_entropies(logits, labels[batch]).mean())
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        errors = shares - np.eye(10)[labels[batch]]
        weights -= rate * pixels[batch].T @ errors
        biases -= rate * errors.sum(axis=0)
    kernel, bias = map(np.asarray, model.trainable_variables)
    np.testing.assert_allclose(kernel, weights, atol=1e-6)
    np.testing.assert_allclose(bias, biases, atol=1e-6)
    assert [row["step"] for row in rows] == [0, 2, 4, 6, 7]
    assert rows[1]["loss"] == pytest.approx(np.mean(losses[:2]), rel=1e-5)
    assert rows[3]["loss"] == pytest.approx(np.mean(losses[4:6]), rel=1e-5)
    # Before any update: the first batch, of which nothing but zeros is known.
    assert set(rows[0]) == {"epoch", "step", "batch_accuracy"}
    first_batch = labels[batches.batch(5, 0, 200, 50, with_rest=False)]
    assert rows[0]["batch_accuracy"] == pytest.approx(np.mean(first_batch == 0))
    next_batch = batches.batch(5, 7, 200, 50, with_rest=False)
    right = (pixels[next_batch] @ weights + biases).argmax(axis=1) == labels[next_batch]
    assert rows[4]["batch_accuracy"] == pytest.approx(right.mean())


@pytest.mark.parametrize("shuffle", ["never", "after_first_epoch"])
def test_the_first_epoch_goes_through_the_split_as_it_is(shuffle: str) -> None:
    """Then again, if it is never shuffled; weights and the batch that a row is measured on."""
    images, labels = examples(100)
    plan = training(batch_size=20, steps=10, log_every=5, shuffle=shuffle)
    model = built("softmax_regression")
    start = model.get_weights()
    rows = engine.train(model, images, labels, training=plan, seed=4)
    second = np.arange(100) if shuffle == "never" else batches.order(4, 1, 100)
    assert (second != np.arange(100)).any() == (shuffle != "never")
    ours, order = model.get_weights(), np.concatenate([np.arange(100), second])
    model.set_weights(start)
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    pixels = images[order] / np.float32(255)
    model.fit(pixels[:100], labels[order][:100], batch_size=20, shuffle=False, verbose=0)
    next_batch = slice(100, 120)  # for the row after five steps
    right = model.predict(pixels[next_batch], verbose=0).argmax(axis=1) == labels[order][next_batch]
    assert rows[1]["batch_accuracy"] == pytest.approx(right.mean())
    model.fit(pixels[100:], labels[order][100:], batch_size=20, shuffle=False, verbose=0)
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)


def test_an_epoch_is_kerass_fit_on_the_same_batches() -> None:
    """Including the smaller last batch, and softmax fused with the loss."""
    images, labels = examples(100)
    model = built("lenet5")
    start = model.get_weights()
    rows = engine.train(model, images, labels, training=training(epochs=1), seed=2)
    ours = model.get_weights()
    model.set_weights(start)
    order = batches.order(2, 0, 100)
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    theirs = model.fit(
        images[order] / np.float32(255), labels[order], batch_size=32, shuffle=False, verbose=0
    ).history
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)
    assert rows[0]["loss"] == pytest.approx(theirs["loss"][0], rel=1e-4)
    assert rows[0]["accuracy"] == pytest.approx(theirs["accuracy"][0], abs=1e-6)


def test_means_over_batches_weigh_each_batch_alike() -> None:
    images, labels = examples(40)
    plan = training(
        epochs=1,
        batch_size=32,
        epoch_mean="batches",
        optimizer={"name": "sgd", "learning_rate": 1e-9},
    )
    model = built("mlp", dropout=0.0)
    row = engine.train(model, images, labels, training=plan, seed=1, validation=(images, labels))[0]
    with logits_of(model):
        losses = cross_entropies(Evaluator(model).logits(images), labels)
    order = batches.order(1, 0, 40)
    expected = (losses[order[:32]].mean() + losses[order[32:]].mean()) / 2
    assert row["loss"] == pytest.approx(expected, rel=1e-5)
    assert row["val_loss"] == pytest.approx((losses[:32].mean() + losses[32:].mean()) / 2, rel=1e-5)
    assert expected != pytest.approx(losses.mean(), rel=1e-5)


def test_microbatches_add_up_to_the_batch() -> None:
    images, labels = examples(120)
    weights = []
    for micro in (None, 10):
        model = built("lenet5")
        plan = training(batch_size=40, microbatch_size=micro, epochs=2)
        engine.train(model, images, labels, training=plan, seed=0)
        weights.append(model.get_weights())
    for whole, parts in zip(*weights, strict=True):
        np.testing.assert_allclose(whole, parts, atol=1e-5)


@pytest.mark.parametrize(("name", "parameters"), [case[:2] for case in ARCHITECTURES])
@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_a_seed_gives_the_same_bits_again(
    name: str, parameters: dict[str, Any], precision: str
) -> None:
    """Weights and logits; with two threads, tests/faults has it."""
    images, labels = examples(64)
    outcomes = []
    one, another = CompiledStepCache(), CompiledStepCache()
    keras.config.set_dtype_policy(precision)
    try:
        for seed, cache in ((7, one), (7, another), (8, another)):
            model = built(name, seed=seed, **parameters)
            plan = training(epochs=2)
            engine.train(model, images, labels, training=plan, seed=seed, cache=cache)
            with logits_of(model):
                logits = Evaluator(model).logits(images)
            outcomes.append(np.concatenate([w.ravel() for w in [*model.get_weights(), logits]]))
    finally:
        keras.config.set_dtype_policy("float32")
    assert (outcomes[0] == outcomes[1]).all()
    assert (outcomes[0] != outcomes[2]).any()


def test_dropout_is_on_in_training_only() -> None:
    images, labels = examples(64)
    plan = training(epochs=1, batch_size=64, optimizer={"name": "sgd", "learning_rate": 1e-9})
    model = built("mlp", dropout=0.6)
    row = engine.train(model, images, labels, training=plan, seed=0, validation=(images, labels))[0]
    assert row["loss"] != pytest.approx(row["val_loss"], rel=1e-3)
    without = built("mlp", dropout=0.0)
    row = engine.train(without, images, labels, training=plan, seed=0, validation=(images, labels))[
        0
    ]
    assert row["loss"] == pytest.approx(row["val_loss"], rel=1e-5)


def test_compiled_by_xla_it_learns_the_same() -> None:
    """What a GPU runs; without dropout, whose random numbers XLA makes otherwise."""
    images, labels = examples(64)
    rows = []
    for jit_compile in (False, True):
        model = built("core_mlp", units=(32,))
        rows.append(
            engine.train(
                model,
                images,
                labels,
                training=training(),
                seed=0,
                cache=CompiledStepCache(jit_compile),
            )[-1]
        )
    assert rows[0]["loss"] == pytest.approx(rows[1]["loss"], rel=1e-4)
