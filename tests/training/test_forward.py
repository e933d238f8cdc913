"""The fast forms of layers are the layers: outputs, gradients, dropout's fractions."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import (
    IMAGE,
    deep,
    functional,
    keras,
    layers,
    lenet,
    nested,
    odd,
    residual,
    several,
    stack,
    tf,
    with_arguments,
)

from study.training.forward import Forward, masks_of
from training_settings import training

ROOT = Path(__file__).parents[2]


CASES = {
    "LeNet-5": lenet,
    "with max-pooling": lambda: lenet(pooling="max"),
    "wide": lambda: lenet(pooling="max", filters=(12, 32)),
    "deep CNN": deep,
    "several": several,
    "odd": odd,
    "functional": functional,
    "residual": residual,
    "nested": nested,
    "with arguments": with_arguments,
}


@pytest.mark.parametrize("case", CASES)
def test_outputs_and_gradients_are_kerass(case: str) -> None:
    model = CASES[case]()
    rng = np.random.default_rng(0)
    # Blank parts, as images have them: there all places of a window are equal.
    images = rng.random((6, *model.input_shape[1:]), np.float32)
    images[:, :12] = 0
    weights = tf.constant(rng.normal(size=(6, 10)).astype(np.float32))
    variables = [variable.value for variable in model.trainable_variables]
    forward = Forward(model, blocks=True)

    @tf.function
    def own(inputs: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            outputs = forward(forward.arranged(inputs), tf.constant(0), masks_of(model))
            total = tf.reduce_sum(outputs * weights)
        return outputs, tape.gradient(total, variables)

    with tf.GradientTape() as tape:
        expected = model(images, training=True)
        total = tf.reduce_sum(expected * weights)
    outputs, gradients = own(tf.constant(images))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    reference = [np.asarray(gradient) for gradient in tape.gradient(total, variables)]
    # Those of a bias before batch normalisation are zero, but for rounding.
    rounding = 1e-5 * max(np.abs(theirs).max() for theirs in reference)
    for ours, theirs in zip(gradients, reference, strict=True):
        atol = max(1e-4 * np.abs(theirs).max(), rounding)
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=atol)


@pytest.mark.parametrize("rate", [0.001, 0.2, 0.5, 0.9])
def test_dropout_keeps_its_fraction_and_scales_it(rate: float) -> None:
    model = stack(layers.Dropout(rate))
    forward = Forward(keras.Sequential([keras.Input(IMAGE), model.layers[0]]), blocks=True)
    outputs = forward(tf.ones((400, *IMAGE)), tf.constant(3), masks_of(model)).numpy()
    assert set(np.unique(outputs)) == {np.float32(0), np.float32(1 / (1 - rate))}
    count = outputs.size
    spread = (rate * (1 - rate) / count) ** 0.5
    assert abs((outputs == 0).mean() - rate) < 4 * spread + 2**-17
    # Neither units nor examples go together.
    dropped = (outputs == 0).reshape(400, -1).astype(float) - rate
    for one, other in ((dropped[:-1], dropped[1:]), (dropped[:, :-1], dropped[:, 1:])):
        assert abs((one * other).mean()) < 5 * rate * (1 - rate) / one.size**0.5


def test_masks_of_pooled_maps_drop_whole_values() -> None:
    """In a block: what is dropped is zero, what is kept is the undropped value, scaled."""
    model = stack(
        layers.Conv2D(6, 5, activation="relu", bias_initializer="ones"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
    )
    images = tf.constant(np.random.default_rng(0).random((50, *IMAGE), np.float32))
    forward = Forward(keras.Sequential([keras.Input(IMAGE), *model.layers[:3]]), blocks=True)
    outputs = forward(forward.arranged(images), tf.constant(1), masks_of(model)).numpy()
    whole = model.layers[1](model.layers[0](images)).numpy()
    kept = outputs != 0
    assert 0.7 < kept[whole > 0].mean() < 0.8
    np.testing.assert_allclose(outputs[kept], (whole / 0.75)[kept], rtol=1e-4)


def test_dropout_in_a_functional_model_has_the_masks_of_a_sequential_one() -> None:
    def own() -> list[layers.Layer]:
        return [
            layers.Dropout(0.3, seed=11),
            layers.Conv2D(4, 3, kernel_initializer="ones"),
            layers.Dropout(0.6, seed=12),
            layers.Flatten(),
        ]

    inputs = keras.Input((6, 6, 1))
    outputs = inputs
    for layer in own():
        outputs = layer(outputs)
    images = tf.constant(np.random.default_rng(0).random((5, 6, 6, 1), np.float32))
    found = []
    for model in (keras.Sequential([keras.Input((6, 6, 1)), *own()]), keras.Model(inputs, outputs)):
        forward = Forward(model, blocks=False)
        found.append([forward(images, tf.constant(i), masks_of(model)).numpy() for i in (3, 3, 4)])
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[1][0], found[1][1])
    assert ((found[1][0] == 0) != (found[1][2] == 0)).any()
    assert 0.3 < (found[1][0] == 0).mean() < 0.8


def test_each_dropout_of_nested_models_has_its_own_mask() -> None:
    """The rates tell which mask was used."""

    def dropping(rate: float) -> keras.Model:
        inputs = keras.Input((1000,))
        return keras.Model(inputs, layers.Dropout(rate, seed=1)(inputs))

    inputs = keras.Input((1000,))
    chain = keras.Sequential([keras.Input((1000,)), layers.Dropout(0.0), layers.Dropout(0.5)])
    ways = [dropping(0.1)(inputs), layers.Dropout(0.25)(inputs), chain(inputs)]
    model = keras.Model(inputs, layers.Concatenate()(ways))
    outputs = Forward(model, blocks=True)(tf.ones((20, 1000)), tf.constant(0), masks_of(model))
    dropped = (outputs.numpy() == 0).reshape(20, 3, 1000).mean(axis=(0, 2))
    np.testing.assert_allclose(dropped, [0.1, 0.25, 0.5], atol=0.02)


def test_random_numbers_of_a_layer_with_several_inputs_depend_on_the_draw_alone() -> None:
    """Keras counts the calls of such a layer; a run that was continued has made fewer."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((6, 4))
    attention = layers.MultiHeadAttention(2, 4, dropout=0.5, seed=3)
    outputs = attention(inputs, layers.Dense(4)(inputs), training=False)  # the model's own counts
    model = keras.Model(inputs, outputs)
    forward = Forward(model, blocks=True)
    values = tf.constant(np.random.default_rng(0).random((3, 6, 4), np.float32))
    found = [forward(values, tf.constant(draw), masks_of(model)).numpy() for draw in (7, 8, 7)]
    np.testing.assert_array_equal(found[0], found[2])
    assert (found[0] != found[1]).any()


def test_dropout_is_off_where_statistics_are_recomputed() -> None:
    model = residual(0.5)
    forward = Forward(model, blocks=False, drops=False)
    images = tf.constant(np.random.default_rng(0).random((5, *IMAGE), np.float32))
    found = [forward(images, tf.constant(draw), []).numpy() for draw in (0, 1)]
    np.testing.assert_array_equal(found[0], found[1])


def examples() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (160, *IMAGE), np.uint8), rng.integers(0, 10, 160, np.int32)


def plan(**changes: Any) -> dict[str, Any]:
    return training(batch_size=80, microbatch_size=20) | changes


THREADS = """
import sys
sys.path[:0] = sys.argv[2:]
import numpy as np
from networks import backend, lenet, tf
from test_forward import examples, plan
from study.training import engine
from study.training.cache import CompiledStepCache
device = backend.start("cpu", int(sys.argv[1]), side_by_side=True)
assert tf.config.threading.get_inter_op_parallelism_threads() == int(sys.argv[1])
model = lenet(pooling="max", block_dropout=0.2)
images, labels = examples()
cache = CompiledStepCache(False, device.microbatches_at_once)
rows = engine.train(model, images, labels, training=plan(), seed=0, cache=cache)
print("RESULT", [row["loss"] for row in rows], float(sum(np.abs(w).sum() for w in model.weights)))
"""


def test_microbatches_side_by_side_give_the_bits_of_one_after_the_other() -> None:
    """Threads take whole microbatches, so that the sums do not depend on how many there are."""
    said = []
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", THREADS, threads,
             str(ROOT / "workflow" / "scripts"), str(ROOT / "tests"), str(Path(__file__).parent)],
            capture_output=True, text=True, env=os.environ, check=True,
        )  # fmt: skip
        said += [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    assert len(said) == 2
    assert said[0] == said[1]
