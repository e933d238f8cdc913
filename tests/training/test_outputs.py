"""Whatever a model ends in, it trains as with Keras, or is refused by name."""

from pathlib import Path

import numpy as np
import pytest
from bands import IMAGE, built, examples, keras

from study.errors import StudyError
from study.training import batches, engine, outputs
from study.training.evaluator import Evaluator
from study.training.outputs import logits_of
from training_settings import training


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
    plan = training(
        epochs=2, microbatch_size=micro, optimizer={"name": "sgd", "learning_rate": 0.1}
    )
    rows = engine.train(model, images, labels, training=plan, seed=2, validation=(images, labels))
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
    with pytest.raises(StudyError, match=r"ends in dense.* with the activation sigmoid"):
        outputs.refuse_what_is_not_computed(sigmoid, 10)
    with pytest.raises(StudyError, match=r"must have one per class, \(None, 3\)"):
        outputs.refuse_what_is_not_computed(built("mlp"), 3)
    active = keras.Sequential(
        [keras.Input(IMAGE), layers.Flatten(), layers.Dense(10, activity_regularizer="l2")]
    )
    with pytest.raises(StudyError, match="adds a loss of its activity"):
        outputs.refuse_what_is_not_computed(active, 10)


@pytest.mark.parametrize("kind", ["softmax layer", "activation layer", "nested", "average"])
def test_a_saved_model_gives_probabilities(kind: str, tmp_path: Path) -> None:
    images, labels = examples(64)
    model = head(kind)
    engine.train(model, images, labels, training=training(), seed=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False)
    pixels = images / np.float32(255)
    np.testing.assert_allclose(np.asarray(loaded(pixels)).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(loaded(pixels), model(pixels), atol=1e-6)


@pytest.mark.parametrize("micro", [None, 8])
def test_a_penalty_counts_once_beside_a_sum(micro: int | None) -> None:
    """With the loss summed over the batch, as Keras counts it then."""
    images, labels = examples(64)
    model = head("regulariser")
    start = model.get_weights()
    plan = training(
        epochs=1, microbatch_size=micro, loss_reduction="sum",
        optimizer={"name": "sgd", "learning_rate": 0.003},
    )  # fmt: skip
    validation = examples(32, seed=1)
    (row,) = engine.train(model, images, labels, training=plan, seed=2, validation=validation)
    ours = model.get_weights()
    model.set_weights(start)
    loss = keras.losses.SparseCategoricalCrossentropy(reduction="sum")
    model.compile(optimizer=keras.optimizers.SGD(0.003), loss=loss)
    order = batches.order(2, 0, 64)
    theirs = model.fit(
        images[order] / np.float32(255), labels[order], batch_size=32, shuffle=False, verbose=0,
        validation_data=(validation[0] / np.float32(255), validation[1]),
    ).history  # fmt: skip
    # A row has the loss of an example, Keras that of a batch.
    assert row["loss"] == pytest.approx(theirs["loss"][0] / 32, rel=1e-5)
    assert row["val_loss"] == pytest.approx(theirs["val_loss"][0] / 32, rel=1e-5)
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def functional(kind: str) -> keras.Model:
    """A model with a layer at two places of it, or of which the engine does not know the kind."""
    layers = keras.layers
    inputs = keras.Input((8, 8, 2))
    maps = [layers.Conv2D(4, 3)(inputs) for _ in range(2)]
    match kind:
        case "batch normalisation at two places":
            own = layers.BatchNormalization(name="own")
            maps = [own(part) for part in maps]
        case "dropout at two places":
            own = layers.Dropout(0.5, name="own")
            maps = [own(part) for part in maps]
        case "noise at two places":
            own = layers.GaussianNoise(0.5, name="own")
            maps = [own(part) for part in maps]
        case "inside a model at two places":
            inside = layers.BatchNormalization(name="own")
            model = keras.Sequential([keras.Input((6, 6, 4)), inside])
            maps = [model(part) for part in maps]
        case "in two models":
            inside = layers.BatchNormalization(name="own")
            models = [keras.Sequential([keras.Input((6, 6, 4)), inside]) for _ in range(2)]
            maps = [model(part) for model, part in zip(models, maps, strict=True)]
        case "another axis":
            maps[0] = layers.BatchNormalization(axis=1, name="own")(maps[0])
        case "renorm":
            maps[0] = layers.BatchNormalization(renorm=True, name="own")(maps[0])
        case "synchronized":
            maps[0] = layers.BatchNormalization(synchronized=True, name="own")(maps[0])
        case "inside another layer":
            inside = layers.BatchNormalization(name="own")
            maps[0] = layers.TimeDistributed(inside)(maps[0])
    return keras.Model(inputs, layers.Dense(10)(layers.Flatten()(layers.Add()(maps))))


@pytest.mark.parametrize(
    "kind",
    [
        "batch normalisation at two places",
        "dropout at two places",
        "noise at two places",
        "inside a model at two places",
        "in two models",
    ],
)
def test_a_layer_with_a_state_at_several_places_is_refused_by_name(kind: str) -> None:
    with pytest.raises(StudyError, match=r"uses the layer own at several places.* give each place"):
        outputs.refuse_what_is_not_computed(functional(kind), 10)


@pytest.mark.parametrize("kind", ["another axis", "renorm", "synchronized", "inside another layer"])
def test_a_batch_normalisation_that_is_not_computed_is_refused_by_name(kind: str) -> None:
    with pytest.raises(StudyError, match=r"does not compute the layer own of the model functional"):
        outputs.refuse_what_is_not_computed(functional(kind), 10)


def test_layers_at_several_places_are_welcome_otherwise() -> None:
    """Of layers without a state, in frozen layers, and in a model that is built step by step."""
    layers = keras.layers
    inputs = keras.Input((8, 8, 2))
    relu, frozen = layers.ReLU(), layers.BatchNormalization(trainable=False)
    inner = keras.Sequential([keras.Input((8, 8, 4))])
    for layer in (layers.BatchNormalization(), layers.Dropout(0.1), layers.Conv2D(4, 1)):
        inner.add(layer)
        inner.build((None, 8, 8, 4))
    maps = [frozen(relu(layers.Conv2D(4, 3, padding="same")(inputs))) for _ in range(2)]
    found = relu(inner(layers.Add()(maps)))
    model = keras.Model(inputs, layers.Dense(10)(layers.Flatten()(found)))
    outputs.refuse_what_is_not_computed(model, 10)
