"""Models, optimisers and the training engine; TensorFlow is imported once for all of it."""

import dataclasses
import itertools
import json
import os
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from study import models
from study.errors import StoppedError, StudyError
from study.evaluation.losses import cross_entropies
from study.parameters import Activation, defaults
from study.prepared import Dataset
from study.training import backend, batches
from study.training.checkpoints import Checkpoints

DEVICE = backend.start("cpu", threads=1)

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

import record_activations  # noqa: E402
import tabulate_functions  # noqa: E402
from study.training import engine, history, optimizers, outputs  # noqa: E402
from study.training.cache import CompiledStepCache  # noqa: E402
from study.training.evaluator import Evaluator  # noqa: E402
from study.training.layers import layer_table  # noqa: E402
from study.training.outputs import logits_of  # noqa: E402
from study.training.run import RunToTrain, fit  # noqa: E402

IMAGE = (28, 28, 1)


def examples(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images of which a class can be learned: noise with a bright band whose place is the class."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 10, count).astype(np.int32)
    images = generator.integers(0, 60, (count, *IMAGE)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 3 : 2 * label + 6] += 180
    return images, labels


def training(**changes: Any) -> dict[str, Any]:
    base = {
        "optimizer": {"name": "adam", "learning_rate": 0.001},
        "loss": "sparse_categorical_crossentropy",
        "loss_reduction": "mean",
        "batch_size": 32,
        "microbatch_size": None,
        "epochs": 2,
        "steps": None,
        "log_every": None,
        "epoch_mean": "examples",
    }
    base.update(changes)
    if "steps" in changes:
        base["epochs"] = None
    return base


def built(name: str, seed: int = 3, **parameters: Any) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return models.build(name, IMAGE, 10, **parameters)


# Models -------------------------------------------------------------------------------------------

LENET = {"pooling": "max", "block_dropout": 0.2, "dense_dropout": 0.3}
ARCHITECTURES: list[tuple[str, dict[str, Any], int]] = [
    ("softmax_regression", {}, 7_850),
    ("mlp", {}, 101_770),
    ("core_mlp", {}, 905_010),
    ("lenet5", {}, 61_706),
    ("lenet5", LENET, 61_706),
    ("lenet5", {**LENET, "filters": (12, 32)}, 117_078),
    ("deep_cnn", {}, 3_274_634),
]


@pytest.mark.parametrize(("name", "parameters", "count"), ARCHITECTURES)
def test_parameter_counts(name: str, parameters: dict[str, Any], count: int) -> None:
    model = built(name, **parameters)
    assert model.count_params() == count
    assert model.output_shape == (None, 10)


def test_activation_demo() -> None:
    model = models.build("activation_demo", (5,), 10)
    assert [layer.count_params() for layer in model.layers] == [60, 110, 110]
    outputs = np.asarray(model(np.random.default_rng(0).standard_normal((3, 5), np.float32)))
    assert outputs.shape == (3, 10)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-6)


def test_layer_table_shows_activations() -> None:
    table = layer_table(built("mlp"))
    assert [row["type"] for row in table] == ["Flatten", "Dense", "Dropout", "Dense"]
    assert [row["activation"] for row in table] == ["", "relu", "", "softmax"]
    assert [row["parameters"] for row in table] == [0, 100_480, 0, 1_290]
    assert [row["output_shape"] for row in table] == [[784], [128], [128], [10]]


def test_lenet_layers_are_as_published() -> None:
    shapes = [row["output_shape"] for row in layer_table(built("lenet5"))]
    assert shapes[:4] == [[28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16]]
    improved = [row["type"] for row in layer_table(built("lenet5", **LENET))]
    assert improved[:6] == ["Conv2D", "MaxPooling2D", "Dropout"] * 2


def test_deep_cnn_starts_from_a_cut_normal_and_small_biases() -> None:
    for variable in built("deep_cnn").trainable_variables:
        values = np.asarray(variable)
        if variable.name == "bias":
            assert (values == np.float32(0.1)).all()
        else:
            assert np.abs(values).max() <= 0.2 + 1e-6  # two standard deviations
            assert 0.08 < values.std() < 0.1


def test_schemas_read_from_source_are_the_real_signatures() -> None:
    import importlib
    import inspect

    for name in models.names():
        build = importlib.import_module(f"study.models.{name}").build
        real = {
            parameter.name: parameter.default
            for parameter in inspect.signature(build).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
        read = defaults(models.source(name), "build")
        assert read == {k: list(v) if isinstance(v, tuple) else v for k, v in real.items()}


@pytest.mark.parametrize("activation", get_args(Activation))
def test_activations_are_kerass(activation: str) -> None:
    layer = built("mlp", activation=activation).layers[1]
    assert layer.activation is getattr(keras.activations, activation)


# Optimisers ---------------------------------------------------------------------------------------

OPTIMIZERS: list[tuple[str, dict[str, Any], Any]] = [
    ("sgd", {"learning_rate": 0.1}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9}, keras.optimizers.SGD),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}, keras.optimizers.SGD),
    ("adam", {"learning_rate": 0.01, "epsilon": 1e-8}, keras.optimizers.Adam),
    ("adam", {"beta_1": 0.8, "beta_2": 0.99}, keras.optimizers.Adam),
    ("adadelta", {"learning_rate": 1.0, "epsilon": 1e-7}, keras.optimizers.Adadelta),
    ("adadelta", {"learning_rate": 0.5, "rho": 0.9}, keras.optimizers.Adadelta),
]


@pytest.mark.parametrize(("name", "parameters", "theirs"), OPTIMIZERS)
def test_steps_are_kerass(name: str, parameters: dict[str, Any], theirs: Any) -> None:
    generator = np.random.default_rng(0)
    start = generator.standard_normal((4, 3)).astype(np.float32)
    gradients = generator.standard_normal((20, 4, 3)).astype(np.float32)
    own, reference = tf.Variable(start), keras.Variable(start)
    optimizer = optimizers.create(name, [own], **parameters)
    keras_optimizer = theirs(**parameters)
    for step, gradient in enumerate(gradients):
        optimizer.apply([tf.constant(gradient)], tf.constant(step), optimizer.scalars)
        keras_optimizer.apply([tf.constant(gradient)], [reference])
        np.testing.assert_allclose(own.numpy(), np.asarray(reference), rtol=2e-5, atol=2e-6)
    assert np.abs(own.numpy() - start).max() > 1e-3


# The engine ---------------------------------------------------------------------------------------


def test_softmax_regressions_steps_are_numpys() -> None:
    """The protocol of S4: zero start, gradient descent on the sum of the batch's cross-entropy."""
    images, labels = examples(200)
    model = built("softmax_regression")
    plan = training(
        optimizer={"name": "sgd", "learning_rate": 0.01},
        loss_reduction="sum",
        batch_size=50,
        steps=7,
        log_every=2,
    )
    rows = engine.train(model, images, labels, training=plan, seed=5)
    pixels = images.reshape(200, -1).astype(np.float64) / 255
    weights, biases = np.zeros((784, 10)), np.zeros(10)
    losses = []
    for step in range(7):
        batch = batches.batch(5, step, 200, 50, with_rest=False)
        logits = pixels[batch] @ weights + biases
        losses.append(cross_entropies(logits, labels[batch]).mean())
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        errors = shares - np.eye(10)[labels[batch]]
        weights -= 0.01 * pixels[batch].T @ errors
        biases -= 0.01 * errors.sum(axis=0)
    kernel, bias = map(np.asarray, model.trainable_variables)
    np.testing.assert_allclose(kernel, weights, atol=1e-6)
    np.testing.assert_allclose(bias, biases, atol=1e-6)
    assert [row["step"] for row in rows] == [2, 4, 6, 7]
    assert rows[0]["loss"] == pytest.approx(np.mean(losses[:2]), rel=1e-5)
    assert rows[2]["loss"] == pytest.approx(np.mean(losses[4:6]), rel=1e-5)
    next_batch = batches.batch(5, 7, 200, 50, with_rest=False)
    right = (pixels[next_batch] @ weights + biases).argmax(axis=1) == labels[next_batch]
    assert rows[3]["batch_accuracy"] == pytest.approx(right.mean())


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


@pytest.mark.parametrize(("name", "parameters", "count"), ARCHITECTURES)
@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_a_seed_gives_the_same_bits_again(
    name: str, parameters: dict[str, Any], count: int, precision: str
) -> None:
    """Weights and logits; with two threads, tests/faults has it."""
    images, labels = examples(64)
    outcomes = []
    keras.config.set_dtype_policy(precision)
    try:
        for seed in (7, 7, 8):
            model = built(name, seed=seed, **parameters)
            engine.train(model, images, labels, training=training(epochs=2), seed=seed)
            with logits_of(model):
                logits = Evaluator(model).logits(images)
            outcomes.append(np.concatenate([w.ravel() for w in [*model.get_weights(), logits]]))
    finally:
        keras.config.set_dtype_policy("float32")
    assert (outcomes[0] == outcomes[1]).all()
    assert (outcomes[0] != outcomes[2]).any()


@pytest.mark.parametrize(("name", "parameters", "count"), ARCHITECTURES)
@pytest.mark.parametrize("optimizer", ["adam", "adadelta"])
def test_a_run_in_pieces_ends_with_the_same_bits(
    name: str,
    parameters: dict[str, Any],
    count: int,
    optimizer: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped after every second call and gone on with from its checkpoint, in a new model."""
    monkeypatch.setattr(engine, "EXAMPLES_PER_CALL", 32)
    images, labels = examples(80)
    plan = training(epochs=2, optimizer={"name": optimizer, "learning_rate": 0.01})
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


def test_softmax_is_back_after_training() -> None:
    images, labels = examples(64)
    model = built("mlp")
    engine.train(model, images, labels, training=training(), seed=0)
    outputs = np.asarray(model(images[:3] / np.float32(255)))
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-5)
    with logits_of(model):
        logits = Evaluator(model).logits(images[:3])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares, outputs, atol=1e-6)


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


# Models that end otherwise, regularisers, constraints ----------------------------------------------


def head(kind: str) -> keras.Model:
    keras.utils.set_random_seed(4)
    layers = keras.layers
    inputs = keras.Input(IMAGE)
    flat = layers.Flatten()(inputs)
    match kind:
        case "softmax layer":
            return keras.Sequential([inputs, layers.Flatten(), layers.Dense(10), layers.Softmax()])
        case "activation layer":
            return keras.Sequential(
                [inputs, layers.Flatten(), layers.Dense(10), layers.Activation("softmax")]
            )
        case "nested":
            inner = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
            return keras.Sequential([inputs, layers.Flatten(), inner])
        case "average":
            parts = [layers.Dense(10, activation="softmax")(flat) for _ in range(2)]
            return keras.Model(inputs, layers.Average()(parts))
    regularised = layers.Dense(
        10,
        activation="softmax",
        kernel_regularizer=keras.regularizers.L2(0.01) if kind == "regulariser" else None,
        kernel_constraint=keras.constraints.MaxNorm(0.8) if kind == "constraint" else None,
    )
    return keras.Sequential([inputs, layers.Flatten(), regularised])


@pytest.mark.parametrize("micro", [None, 8])
@pytest.mark.parametrize(
    "kind",
    ["softmax layer", "activation layer", "nested", "average", "regulariser", "constraint"],
)
def test_whatever_a_model_is_made_of_it_trains_as_with_keras(kind: str, micro: int | None) -> None:
    images, labels = examples(96)
    model = head(kind)
    start = model.get_weights()
    plan = training(epochs=2, microbatch_size=micro, optimizer={"name": "sgd", "learning_rate": 0.1})
    rows = engine.train(
        model, images, labels, training=plan, seed=2, validation=(images, labels)
    )
    ours = model.get_weights()
    outputs = np.asarray(model(images[:5] / np.float32(255)))
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-5)
    model.set_weights(start)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
    for epoch in range(2):
        order = batches.order(2, epoch, 96)
        pixels = images / np.float32(255)
        theirs = model.fit(
            pixels[order], labels[order], batch_size=32, shuffle=False, verbose=0,
            validation_data=(pixels, labels),
        ).history  # fmt: skip
        assert rows[epoch]["loss"] == pytest.approx(theirs["loss"][0], rel=1e-3)
        assert rows[epoch]["val_loss"] == pytest.approx(theirs["val_loss"][0], rel=1e-3)
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_what_cannot_be_trained_right_is_refused_by_name() -> None:
    layers = keras.layers
    sigmoid = keras.Sequential([keras.Input(IMAGE), layers.Flatten(), layers.Dense(10, "sigmoid")])
    with pytest.raises(StudyError, match="ends in dense.* with the activation sigmoid"):
        outputs.refuse_what_is_not_computed(sigmoid, 10)
    with pytest.raises(StudyError, match=r"must have one per class, \(None, 3\)"):
        outputs.refuse_what_is_not_computed(built("mlp"), 3)
    active = keras.Sequential(
        [keras.Input(IMAGE), layers.Flatten(), layers.Dense(10, activity_regularizer="l2")]
    )
    with pytest.raises(StudyError, match="adds a loss of its activity"):
        outputs.refuse_what_is_not_computed(active, 10)


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


def test_dropout_with_a_shape_of_noise_does_not_share_compiled_steps() -> None:
    images, labels = examples(64)
    found = []
    shared = CompiledStepCache()
    for seed in (1, 2):
        for cache in (shared, CompiledStepCache()):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential(
                [
                    keras.Input(IMAGE),
                    keras.layers.Flatten(),
                    keras.layers.Dropout(0.5, noise_shape=(None, 1)),
                    keras.layers.Dense(10),
                ]
            )
            engine.train(model, images, labels, training=training(), seed=0, cache=cache)
            found.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    assert (found[0] == found[1]).all() and (found[2] == found[3]).all()


def test_a_longer_run_has_no_row_where_the_shorter_one_ends(tmp_path: Path) -> None:
    images, labels = examples(100)
    plan = training(batch_size=10, log_every=7)  # epochs of 10 steps: no end of one is a row

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


# The job ------------------------------------------------------------------------------------------


def dataset() -> Dataset:
    arrays = dict(zip(("train_images", "train_labels"), examples(320), strict=True))
    arrays |= dict(zip(("test_images", "test_labels"), examples(80, seed=1), strict=True))
    about = {"name": "bands", "input_shape": list(IMAGE), "class_names": list("abcdefghij")}
    return Dataset(arrays, {**about, "fingerprint": "f"})


def settings(**changes: Any) -> dict[str, Any]:
    splits = {"train": "train[:80%]", "validation": "train[80%:]", "test": "test"}
    base = {"model": "mlp", "parameters": {"dropout": 0.1}, "splits": splits}
    return {**base, "precision": "float32", "training": training(epochs=8), **changes}


def trained(folder: Path) -> tuple[np.ndarray, np.ndarray, list[str], dict[str, Any]]:
    """A run trained into a folder: its logits, labels, history's columns, record."""
    run = RunToTrain("e", "v", 1, settings(), "code", folder, folder)
    about = {"device": DEVICE.__dict__, "runs_in_job": 1, "start_s": 0.0}
    store = run.checkpoints("f", "cpu", 1000.0)
    fit(run, dataset(), CompiledStepCache(), store, None, lambda: False, about)
    with np.load(folder / "predictions.npz") as stored:
        logits, labels = stored["logits"], stored["labels"]
    columns = (folder / "history.csv").read_text().splitlines()[0].split(",")
    return logits, labels, columns, json.loads((folder / "run.json").read_text())


def test_a_run_learns_and_predicts(tmp_path: Path) -> None:
    logits, labels, columns, record = trained(tmp_path)
    assert logits.dtype == np.float32
    assert logits.shape == (80, 10)
    assert (logits.argmax(axis=1) == labels).mean() > 0.9
    assert columns == history.columns(None, validation=True)
    assert record["timings"]["images_per_s"] > 0
    assert isinstance(keras.models.load_model(tmp_path / "model.keras"), keras.Model)


def test_export_takes_raw_images_of_any_batch(tmp_path: Path) -> None:
    import export

    logits, labels, _, _ = trained(tmp_path)
    export.export(str(tmp_path / "model.keras"), str(tmp_path / "saved"))
    parts = dataset().part("test")
    ids, accuracy = export.score(str(tmp_path / "saved"), *parts, batch_size=33)
    assert (ids == logits.argmax(axis=1)).all()
    assert accuracy == (ids == labels).mean()


def test_a_gpu_that_is_not_there_is_refused() -> None:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("there is a GPU here")
    with pytest.raises(StudyError, match="device: gpu, but TensorFlow finds none"):
        backend.start("gpu", threads=1)


def test_auto_without_a_gpu_is_recorded_as_cpu() -> None:
    assert dataclasses.asdict(DEVICE).keys() == {
        "kind",
        "name",
        "threads",
        "jit_compile",
        "microbatches_at_once",
    }
    assert DEVICE.kind == "cpu"
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "-1"


# What figures are drawn from ----------------------------------------------------------------------


def test_recorded_activations_are_the_layers_outputs() -> None:
    model = built("lenet5", **LENET)
    image = examples(1)[0][0]
    arrays, layers = record_activations.record(model, image)
    shapes = [[28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16]]  # as published; no dropout
    assert [layer["shape"] for layer in layers] == shapes
    spatial = [
        layer for layer in model.layers if type(layer).__name__ in ("Conv2D", "MaxPooling2D")
    ]
    parts = keras.Model(model.inputs, [layer.output for layer in [*spatial, model.layers[-2]]])
    outputs = parts(image[np.newaxis].astype(np.float32) / 255, training=False)
    for place, expected in enumerate(outputs[:-1]):
        np.testing.assert_allclose(arrays[f"maps_{place}"], expected[0], atol=1e-6)
    np.testing.assert_allclose(arrays["features"], outputs[-1][0], atol=1e-6)
    kernels = arrays["kernels_0"]
    np.testing.assert_array_equal(kernels, model.get_layer(spatial[0].name).kernel)
    np.testing.assert_array_equal(np.maximum(arrays["before_activation"], 0), arrays["maps_0"])
    assert (arrays["before_activation"] < 0).any()
    assert model.layers[0].activation is keras.activations.relu  # put back


def test_recorded_dropout_keeps_its_fraction_and_scales_it() -> None:
    model = built("deep_cnn", filters=(2, 2), units=1000)
    arrays, _ = record_activations.record(model, examples(1)[0][0])
    features = arrays["features"]
    for place, keep in enumerate(record_activations.KEEP):
        dropped = arrays[f"dropped_{place}"]
        left = dropped != 0
        np.testing.assert_allclose(dropped[left], features[left] / keep, rtol=1e-5)
        above = features != 0
        assert left.sum() / above.sum() == pytest.approx(keep, abs=0.08)


def test_the_example_of_a_class() -> None:
    labels = np.array([3, 1, 2, 1], np.int32)
    assert record_activations.first_of_class(labels, 1, ["a", "b", "c", "d"]) == 1
    with pytest.raises(StudyError, match="no example of class 0"):
        record_activations.first_of_class(labels, 0, ["a", "b", "c", "d"])


def test_tabulated_functions_by_their_formulas() -> None:
    table = tabulate_functions.tabulate()
    x = table["relu"][0]
    formulas = {
        "relu": np.maximum(x, 0),
        "sigmoid": 1 / (1 + np.exp(-x)),
        "softplus": np.log1p(np.exp(x)),
        "softsign": x / (1 + abs(x)),
        "tanh": np.tanh(x),
        "elu": np.where(x > 0, x, np.expm1(x)),
        "exponential": np.exp(x),
    }
    for name, values in formulas.items():
        np.testing.assert_allclose(table[name][1], values, rtol=1e-4, atol=1e-6, err_msg=name)
    assert np.round(table["softmax_of_four"][1], 2).tolist() == pytest.approx(
        [0.56, 0.03, 0.21, 0.21]
    )
    assert len(table["softmax"][0]) == 201
    assert table["softmax"][1].sum() == pytest.approx(1)
