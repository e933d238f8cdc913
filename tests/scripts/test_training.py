"""Models, optimisers and the training engine; TensorFlow is imported once for all of it."""

import dataclasses
import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from study import backend, config, models, schedule, statistics
from study.checkpoints import Checkpoints
from study.datasets import Dataset
from study.errors import StoppedError, StudyError
from study.parameters import ACTIVATIONS

DEVICE = backend.start("cpu", threads=1)

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

import record_activations  # noqa: E402
import tabulate_functions  # noqa: E402
import train as train_script  # noqa: E402
from study import engine, optimizers  # noqa: E402
from study.layers import layer_table  # noqa: E402

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
        "log_every": None,
        "epoch_mean": "examples",
    }
    base.update(changes)
    if "steps" in changes:
        base.pop("epochs")
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
        read = {k: v["default"] for k, v in models.schema(name)["properties"].items()}
        assert read == {k: list(v) if isinstance(v, tuple) else v for k, v in real.items()}


@pytest.mark.parametrize("activation", ACTIVATIONS)
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


def test_config_knows_every_optimizer() -> None:
    for name, cls in config.OPTIMIZERS.items():
        assert getattr(optimizers, cls).__name__.lower() == name


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
    history = engine.train(model, images, labels, training=plan, seed=5)
    pixels = images.reshape(200, -1).astype(np.float64) / 255
    weights, biases = np.zeros((784, 10)), np.zeros(10)
    losses = []
    for step in range(7):
        batch = schedule.batch(5, step, 200, 50, with_rest=False)
        logits = pixels[batch] @ weights + biases
        losses.append(statistics.cross_entropies(logits, labels[batch]).mean())
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        errors = shares - np.eye(10)[labels[batch]]
        weights -= 0.01 * pixels[batch].T @ errors
        biases -= 0.01 * errors.sum(axis=0)
    kernel, bias = map(np.asarray, model.trainable_variables)
    np.testing.assert_allclose(kernel, weights, atol=1e-6)
    np.testing.assert_allclose(bias, biases, atol=1e-6)
    assert [row["step"] for row in history] == [2, 4, 6, 7]
    assert history[0]["loss"] == pytest.approx(np.mean(losses[:2]), rel=1e-5)
    assert history[2]["loss"] == pytest.approx(np.mean(losses[4:6]), rel=1e-5)
    next_batch = schedule.batch(5, 7, 200, 50, with_rest=False)
    right = (pixels[next_batch] @ weights + biases).argmax(axis=1) == labels[next_batch]
    assert history[3]["batch_accuracy"] == pytest.approx(right.mean())


def test_an_epoch_is_kerass_fit_on_the_same_batches() -> None:
    """Including the smaller last batch, and softmax fused with the loss."""
    images, labels = examples(100)
    model = built("lenet5")
    start = model.get_weights()
    history = engine.train(model, images, labels, training=training(epochs=1), seed=2)
    ours = model.get_weights()
    model.set_weights(start)
    order = schedule.order(2, 0, 100)
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
    assert history[0]["loss"] == pytest.approx(theirs["loss"][0], rel=1e-4)
    assert history[0]["accuracy"] == pytest.approx(theirs["accuracy"][0], abs=1e-6)


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
    with engine.logits_of(model):
        losses = statistics.cross_entropies(engine.Evaluator(model).logits(images), labels)
    order = schedule.order(1, 0, 40)
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
            with engine.logits_of(model):
                logits = engine.Evaluator(model).logits(images)
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
    monkeypatch.setattr(engine, "CALL", 32)
    images, labels = examples(80)
    plan = training(epochs=2, optimizer={"name": optimizer, "learning_rate": 0.01})
    outcomes = []
    for every in (2, 1000):
        calls = itertools.count(1)
        while True:
            model = built(name, **parameters)
            with Checkpoints(tmp_path / str(every), "f" * 64) as store:
                try:
                    history = engine.train(
                        model, images, labels, training=plan, seed=1,
                        validation=(images, labels), checkpoints=store,
                        stopping=lambda calls=calls, every=every: next(calls) % every == 0,
                    )  # fmt: skip
                    break
                except StoppedError:
                    continue
        assert store.resumed_at == ([2, 4, 6] if every == 2 else [])
        outcomes.append((history, np.concatenate([w.ravel() for w in model.get_weights()])))
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
                programs=engine.Programs(jit_compile),
            )[-1]
        )
    assert rows[0]["loss"] == pytest.approx(rows[1]["loss"], rel=1e-4)


def test_softmax_is_back_after_training() -> None:
    images, labels = examples(64)
    model = built("mlp")
    engine.train(model, images, labels, training=training(), seed=0)
    outputs = np.asarray(model(images[:3] / np.float32(255)))
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-5)
    with engine.logits_of(model):
        logits = engine.Evaluator(model).logits(images[:3])
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


# The job ------------------------------------------------------------------------------------------


def dataset() -> Dataset:
    arrays = dict(zip(("train_images", "train_labels"), examples(320), strict=True))
    arrays |= dict(zip(("test_images", "test_labels"), examples(80, seed=1), strict=True))
    about = {"name": "bands", "input_shape": list(IMAGE), "class_names": list("abcdefghij")}
    return Dataset(arrays, about)


def settings(**changes: Any) -> dict[str, Any]:
    splits = {"train": "train[:80%]", "validation": "train[80%:]", "test": "test"}
    base = {"model": "mlp", "parameters": {"dropout": 0.1}, "splits": splits}
    return {**base, "training": training(epochs=8), **changes}


def test_a_run_learns_and_predicts() -> None:
    model, history, predictions, timings = train_script.train(
        dataset(), settings(), 1, engine.Programs(), "r"
    )
    assert predictions["logits"].dtype == np.float32
    assert predictions["logits"].shape == (80, 10)
    accuracy = (predictions["logits"].argmax(axis=1) == predictions["labels"]).mean()
    assert accuracy > 0.9
    assert list(history[0]) == engine.columns(None, validation=True)
    assert timings["images_per_s"] > 0
    assert isinstance(model, keras.Model)


def test_export_takes_raw_images_of_any_batch(tmp_path: Path) -> None:
    import export

    data = dataset()
    model, _, predictions, _ = train_script.train(data, settings(), 1, engine.Programs(), "r")
    model.save(tmp_path / "m.keras")
    export.export(str(tmp_path / "m.keras"), str(tmp_path / "saved"))
    ids, accuracy = export.score(str(tmp_path / "saved"), *data.part("test"), batch_size=33)
    assert (ids == predictions["logits"].argmax(axis=1)).all()
    assert accuracy == (ids == predictions["labels"]).mean()


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
        "parts_at_once",
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


def test_recorded_dropout_keeps_its_share_and_scales_it() -> None:
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
