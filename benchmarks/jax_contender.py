"""JAX: uint8 data on the device, compiled steps with donated state, only `jax` itself.

Dense models train with one jitted `lax.scan` over a repetition's batches. Models with convolutions
call one jitted step per batch instead: inside a loop, XLA's compiler for CPUs does not use its fast
convolutions, and a step takes several times as long (https://github.com/jax-ml/jax/issues/12868).

JAX has no option for the number of threads. On a CPU it takes as many as the process may use cores,
so the process is bound to that many cores before JAX is imported.

Where JAX offers several ways, this is the fastest of those tried on a CPU: the default generator of
random numbers, not `rbg`; pooling as a reduction of a reshaped array, not `lax.reduce_window`.
"""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

import architectures as arch
from cases import SEED, Case, Contender, Data

Tree = Any
"""A nesting of lists and dictionaries with arrays."""


def create(case: Case, data: Data, threads: int, precision: str) -> Contender:
    """The contender; see contenders.py."""
    use_cores(threads)
    import jax
    import jax.numpy as jnp

    architecture = arch.describe(case.model, case.parameters)
    layers = architecture.layers
    dtype = jnp.bfloat16 if precision == "mixed_bfloat16" else jnp.float32
    examples = jnp.asarray(data["train_images"]), jnp.asarray(data["train_labels"])
    key = jax.random.key(SEED)

    def loss_of(parameters: Tree, statistics: Tree, number: Any, pixels: Any, targets: Any) -> Any:
        masks = jax.random.fold_in(key, number)
        inputs = pixels.astype(dtype) / 255
        logits, seen = forward(layers, parameters, statistics, inputs, masks)
        chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), targets[:, None], axis=1)
        return -jnp.mean(chosen), (seen, jnp.sum(logits.argmax(1) == targets))

    def step(state: Tree, batch: Any, images: Any, labels: Any) -> Any:
        gradients, (seen, right) = jax.grad(loss_of, has_aux=True)(
            state["parameters"], state["statistics"], state["number"], images[batch], labels[batch]
        )
        parameters, slots = update(case.optimizer, state, gradients)
        number = state["number"] + 1
        return {
            "parameters": parameters, "statistics": seen, "slots": slots, "number": number
        }, right  # fmt: skip

    def scan(state: Tree, batches: Any, images: Any, labels: Any) -> Any:
        state, right = jax.lax.scan(lambda s, batch: step(s, batch, images, labels), state, batches)
        return state, jnp.sum(right)

    has_convolutions = any(isinstance(layer, arch.Conv) for layer in layers)
    compiled = jax.jit(step if has_convolutions else scan, donate_argnums=0)
    predict = jax.jit(
        lambda state, pixels: forward(
            layers, state["parameters"], state["statistics"], pixels.astype(dtype) / 255, None
        )[0].argmax(1)
    )
    state = start(architecture, case.optimizer["name"])
    generator = np.random.default_rng(SEED)
    steps = case.images // case.batch_size

    def train() -> None:
        nonlocal state
        order = generator.permutation(len(examples[0]))[: steps * case.batch_size]
        batches = order.astype(np.int32).reshape(steps, case.batch_size)
        if has_convolutions:
            counts = []
            for batch in batches:
                state, right = compiled(state, batch, *examples)
                counts.append(right)
            int(sum(counts))
        else:
            state, right = compiled(state, batches, *examples)
            int(right)
        jax.block_until_ready(state)

    def score() -> float:
        tests = data["test_images"].reshape(-1, 1000, *data["test_images"].shape[1:])
        found = np.concatenate([np.asarray(predict(state, part)) for part in tests])
        return float((found == data["test_labels"]).mean())

    return train, score


def use_cores(threads: int) -> None:
    """Bind this process to the first `threads` of the cores that it may use."""
    os.environ["NPROC"] = str(threads)  # what XLA reads where a process cannot be bound
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def start(architecture: arch.Architecture, optimizer: str) -> Tree:
    """Initial parameters, moving statistics and slots of the optimiser; `number` counts steps."""
    import jax
    import jax.numpy as jnp

    parameters: list[dict[str, Any]] = []
    statistics: list[dict[str, Any]] = []
    key = jax.random.key(SEED)
    for layer in architecture.layers:
        key, own = jax.random.split(key)
        if isinstance(layer, arch.Conv | arch.Dense):
            ((shape, _),) = arch.kernels([layer])
            if architecture.stddev is None:
                kernel = jax.nn.initializers.glorot_uniform()(own, shape)
            else:
                kernel = architecture.stddev * jax.random.truncated_normal(own, -2.0, 2.0, shape)
            start = jnp.full(shape[-1], architecture.bias, jnp.float32)
            bias = {"bias": start} if layer.bias else {}
            parameters.append({"kernel": kernel, **bias})
        elif isinstance(layer, arch.BatchNorm):
            parameters.append({"offset": jnp.zeros(layer.channels)})
            statistics.append(
                {"mean": jnp.zeros(layer.channels), "variance": jnp.ones(layer.channels)}
            )
    count = 1 if optimizer == "sgd" else 2
    return {
        "parameters": parameters,
        "statistics": statistics,
        "slots": [jax.tree.map(jnp.zeros_like, parameters) for _ in range(count)],
        "number": jnp.zeros((), jnp.int32),
    }


def forward(
    layers: Sequence[arch.Layer], parameters: Tree, statistics: Tree, inputs: Any, masks: Any
) -> tuple[Any, Tree]:
    """Logits, float32, and the moving statistics after this batch.

    Args:
        layers, parameters, statistics: of the model.
        inputs: (batch, 28, 28, 1), of the precision to compute in.
        masks: a key for dropout; None when the model predicts.
    """
    import jax
    import jax.numpy as jnp

    own, moving, seen = iter(parameters), iter(statistics), []
    values, dtype = inputs, inputs.dtype
    for place, layer in enumerate(layers):
        match layer:
            case arch.Conv():
                weights = {name: array.astype(dtype) for name, array in next(own).items()}
                values = jax.lax.conv_general_dilated(
                    values, weights["kernel"], (1, 1), "SAME" if layer.same else "VALID",
                    dimension_numbers=("NHWC", "HWIO", "NHWC"),
                ) + weights.get("bias", 0)  # fmt: skip
            case arch.Dense():
                weights = {name: array.astype(dtype) for name, array in next(own).items()}
                values = values @ weights["kernel"] + weights.get("bias", 0)
            case arch.Pool():
                values = pool(values, layer)
            case arch.BatchNorm():
                values, statistic = normalise(
                    values, layer, next(own)["offset"], next(moving), masks is not None
                )
                seen.append(statistic)
            case arch.Activation("relu"):
                values = jax.nn.relu(values)
            case arch.Activation():
                values = jax.nn.gelu(values, approximate=False)
            case arch.Dropout() if masks is not None:
                key = jax.random.fold_in(masks, place)
                kept = jax.random.bernoulli(key, 1 - layer.rate, values.shape)
                values = jnp.where(kept, values / (1 - layer.rate), 0)
            case arch.Flatten():
                values = values.reshape(len(values), -1)
            case arch.Scale():
                values = values * layer.factor
    return values.astype(jnp.float32), seen


def pool(values: Any, layer: arch.Pool) -> Any:
    """Pooling as a reduction over windows that do not overlap."""
    size, (count, height, width, channels) = layer.size, values.shape
    rows, columns = height // size, width // size
    windows = values[:, : rows * size, : columns * size].reshape(
        count, rows, size, columns, size, channels
    )
    return windows.max((2, 4)) if layer.kind == "max" else windows.mean((2, 4))


def normalise(
    values: Any, layer: arch.BatchNorm, offset: Any, moving: Tree, by_batch: bool
) -> tuple[Any, Tree]:
    """Batch normalisation, in float32, and the moving statistics after it."""
    import jax
    import jax.numpy as jnp

    wide = values.astype(jnp.float32)
    if by_batch:
        mean, variance = wide.mean((0, 1, 2)), wide.var((0, 1, 2))
        moving = jax.tree.map(
            lambda old, new: layer.momentum * old + (1 - layer.momentum) * new,
            moving, {"mean": mean, "variance": variance},
        )  # fmt: skip
    else:
        mean, variance = moving["mean"], moving["variance"]
    wide = (wide - mean) * jnp.reciprocal(jnp.sqrt(variance + layer.epsilon)) + offset
    return wide.astype(values.dtype), moving


def update(options: dict[str, Any], state: Tree, gradients: Tree) -> tuple[Tree, list[Tree]]:
    """Parameters and slots after one step, by the formulas of Keras' optimisers."""
    import jax
    import jax.numpy as jnp

    rate, tree = options["learning_rate"], state["parameters"]
    if options["name"] == "sgd":
        momentum = options["momentum"]
        (velocities,) = state["slots"]
        velocities = jax.tree.map(lambda v, g: momentum * v - rate * g, velocities, gradients)
        tree = jax.tree.map(
            lambda w, v, g: w + momentum * v - rate * g, tree, velocities, gradients
        )
        return tree, [velocities]
    if options["name"] == "adam":
        one, two, epsilon = options["beta_1"], options["beta_2"], options["epsilon"]
        count = (state["number"] + 1).astype(jnp.float32)
        corrected = rate * jnp.sqrt(1 - two**count) / (1 - one**count)
        means, squares = state["slots"]
        means = jax.tree.map(lambda m, g: m + (g - m) * (1 - one), means, gradients)
        squares = jax.tree.map(lambda s, g: s + (g * g - s) * (1 - two), squares, gradients)
        tree = jax.tree.map(
            lambda w, m, s: w - corrected * m / (jnp.sqrt(s) + epsilon), tree, means, squares
        )
        return tree, [means, squares]
    rho, epsilon = options["rho"], options["epsilon"]
    squares, updates = state["slots"]
    squares = jax.tree.map(lambda s, g: rho * s + (1 - rho) * g * g, squares, gradients)
    change = jax.tree.map(
        lambda s, u, g: jnp.sqrt(u + epsilon) / jnp.sqrt(s + epsilon) * g,
        squares, updates, gradients,
    )  # fmt: skip
    updates = jax.tree.map(lambda u, c: rho * u + (1 - rho) * c * c, updates, change)
    return jax.tree.map(lambda w, c: w - rate * c, tree, change), [squares, updates]
