"""One contender in a process of its own: trains when told to, and says how long it took.

    python contenders.py <contender> <case> <threads> <precision> <data>

Reads lines: `train` trains on the case's number of images and answers with the seconds; `score`
answers with the accuracy on the test images. Here are this project's engine (`ours`), Keras' `fit`
as tutorials call it (`fit`) and a custom training loop as tutorials write it (`loop`);
torch_contender.py and jax_contender.py, which need packages of their own, have one contender each.
"""

import dataclasses
import gzip
import importlib
import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from architectures import CLASSES
from cases import CASES, SEED, Case, Contender, Data

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

MOST_TURNS = 1000
"""A contender is asked to train no more often than this."""


def main() -> None:
    """Serve the lines of the standard input."""
    name, case_name, threads, precision, folder = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is not an answer
    case = CASES[case_name]
    data = read(Path(folder) / case.dataset)
    train, score = create(name, case, data, int(threads), precision)
    print(json.dumps("ready"), file=answers)
    for line in sys.stdin:
        if line.strip() == "train":
            start = time.perf_counter()
            train()
            print(json.dumps(time.perf_counter() - start), file=answers)
        else:
            print(json.dumps(score()), file=answers)


def create(name: str, case: Case, data: Data, threads: int, precision: str) -> Contender:
    """The contender of that name, ready to train."""
    if name in WITH_KERAS:
        return WITH_KERAS[name](case, data, threads, precision)
    module = importlib.import_module(f"{name}_contender")
    made: Contender = module.create(case, data, threads, precision)
    return made


def read(folder: Path) -> Data:
    """The four IDX files of a dataset: uint8 images (n, 28, 28, 1), int32 labels."""
    data = {}
    for split, prefix in (("train", "train"), ("test", "t10k")):
        pixels = gzip.decompress((folder / f"{prefix}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((folder / f"{prefix}-labels-idx1-ubyte.gz").read_bytes())
        data[f"{split}_images"] = np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 28, 28, 1)
        data[f"{split}_labels"] = np.frombuffer(labels, np.uint8, offset=8).astype(np.int32)
    return data


def ours(case: Case, data: Data, threads: int, precision: str) -> Contender:
    """The study's engine."""
    from study.training import backend

    by_parts = case.microbatch_size is not None
    device = backend.start("cpu", threads, precision, side_by_side=by_parts)
    import keras

    from study import models
    from study.config.training import Training
    from study.training import batches, engine
    from study.training.cache import CompiledStepCache

    keras.utils.set_random_seed(SEED)
    model = models.build(case.model, (28, 28, 1), CLASSES, **case.parameters)
    images, labels = data["train_images"], data["train_labels"]
    training = Training(
        optimizer=case.optimizer, batch_size=case.batch_size, microbatch_size=case.microbatch_size
    ).model_dump()
    if not gives_logits(model):
        model.layers[-1].activation = keras.activations.linear  # as within a training
    cache = CompiledStepCache(device.jit_compile, device.microbatches_at_once)
    loop = cache.steps(engine.Steps, model, images, labels, training)
    evaluator = cache.evaluator(model)
    turns = itertools.count()
    steps = case.images // case.batch_size
    factors = np.ones(steps * MOST_TURNS, np.float32)

    def train() -> None:
        turn = next(turns)
        order = batches.order(SEED, turn, len(images))[: case.images]
        chunks = batches.chunks(
            case.images, case.batch_size, steps=steps, at_most=engine.EXAMPLES_PER_CALL
        )
        for chunk in chunks:
            # The steps go on from turn to turn: Adam's correction and dropout count them.
            later = dataclasses.replace(chunk, first_step=turn * steps + chunk.first_step)
            loop.run(later, order, factors, SEED, by_batch=False)

    return train, lambda: evaluator.score(data["test_images"], data["test_labels"])[1]


def keras_model(case: Case, threads: int, precision: str) -> Any:
    """The study's architecture, and Keras' own optimiser."""
    from study.training import backend

    backend.start("cpu", threads, precision)
    import keras

    from study import models

    keras.utils.set_random_seed(SEED)
    options = dict(case.optimizer)
    optimizer = {
        "adam": keras.optimizers.Adam,
        "adadelta": keras.optimizers.Adadelta,
        "sgd": keras.optimizers.SGD,
    }[options.pop("name")](**options)
    return models.build(case.model, (28, 28, 1), CLASSES, **case.parameters), optimizer


def gives_logits(model: Any) -> bool:
    """Whether a model does not end in softmax."""
    import keras

    activation = getattr(model.layers[-1], "activation", None)
    return activation is not keras.activations.softmax


def fit(case: Case, data: Data, threads: int, precision: str) -> Contender:
    """Keras' `fit` on float arrays, as tutorials have it."""
    model, optimizer = keras_model(case, threads, precision)
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=gives_logits(model))
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    images = data["train_images"].astype(np.float32) / 255
    labels = data["train_labels"]
    tests = data["test_images"].astype(np.float32) / 255
    starts = itertools.cycle(range(0, len(images) - case.images + 1, case.images))

    def train() -> None:
        part = slice(start := next(starts), start + case.images)
        model.fit(images[part], labels[part], batch_size=case.batch_size, epochs=1, verbose=0)

    return train, lambda: float(
        model.evaluate(tests, data["test_labels"], batch_size=1000, verbose=0)[1]
    )


def loop(case: Case, data: Data, threads: int, precision: str) -> Contender:
    """A compiled train step, called from Python for each batch of a `tf.data` pipeline."""
    model, optimizer = keras_model(case, threads, precision)
    import keras
    import tensorflow as tf

    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=gives_logits(model))
    accuracy = keras.metrics.SparseCategoricalAccuracy()
    images = data["train_images"].astype(np.float32) / 255
    whole = tf.data.Dataset.from_tensor_slices((images, data["train_labels"]))
    pipeline = whole.shuffle(60_000, seed=SEED).batch(case.batch_size).take(
        case.images // case.batch_size
    )  # fmt: skip

    @tf.function
    def step(batch: Any, labels: Any) -> None:
        with tf.GradientTape() as tape:
            outputs = model(batch, training=True)
            loss = loss_of(labels, outputs)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        accuracy.update_state(labels, outputs)

    def train() -> None:
        for batch, labels in pipeline:
            step(batch, labels)
        accuracy.result().numpy()
        accuracy.reset_state()

    def score() -> float:
        tests = data["test_images"].astype(np.float32) / 255
        outputs = np.concatenate([
            np.asarray(model(tests[i : i + 1000], training=False), np.float32)
            for i in range(0, len(tests), 1000)
        ])  # fmt: skip
        return float((outputs.argmax(axis=1) == data["test_labels"]).mean())

    return train, score


WITH_KERAS = {"ours": ours, "fit": fit, "loop": loop}

if __name__ == "__main__":
    main()
