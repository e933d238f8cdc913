"""How fast the layers of modern networks run on one core, against the core's peak.

    python benchmarks/layers.py > docs/benchmark/layers.md

The peak is that of a matrix product of 2,048 x 2,048 numbers in the same precision. Each layer is
timed forward and backward in turns, ten times; the table has medians.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

BATCH = 50
REPETITIONS = 10
CONVOLUTIONS = (
    # height and width, channels in, channels out
    (28, 1, 32),
    (28, 3, 32),
    (28, 32, 32),
    (14, 32, 64),
    (14, 64, 64),
    (14, 64, 128),
    (7, 128, 128),
)
ELEMENTWISE = (14, 64)
"""Height and width, and channels, of what batch normalisation and activations are timed on."""

FEW_CHANNELS = (28, 12)
"""The same for batch normalisation of a number of channels that TensorFlow is slow with."""

Step = Callable[[], Any]


def main() -> None:
    """Print the table."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from study.training import backend

    backend.start("cpu", threads=1)
    import tensorflow as tf

    kinds = (tf.float32, tf.bfloat16)
    peaks = dict(zip(kinds, median_seconds([product(kind) for kind in kinds]), strict=True))
    peak = {kind: 2 * 2048**3 / seconds / 1e9 for kind, seconds in peaks.items()}
    machine = backend.machine()
    print(
        f"# Layers against the processor's peak\n\n"
        f"One core of {machine['processor']} ({machine['cores']} cores), batches of {BATCH}, "
        f"TensorFlow {backend.versions()['tensorflow']}. A matrix product of 2,048 x 2,048 numbers "
        f"runs at {peak[kinds[0]]:.0f} GFLOP/s in float32 and at {peak[kinds[1]]:.0f} in bfloat16; "
        "that is the peak here. Times are forward and backward.\n\n"
        "| layer | float32 GFLOP/s | of the peak | bfloat16 GFLOP/s | of the peak "
        "| bfloat16 is faster by |\n|---|---:|---:|---:|---:|---:|"
    )
    layers = [
        (f"3x3 convolution, {s} x {s}, {i} to {o}", *conv(s, i, o)) for s, i, o in CONVOLUTIONS
    ]
    layers += [
        (f"1x1 convolution, {s} x {s}, {i} to {o}", *conv(s, i, o, 1))
        for s, i, o in CONVOLUTIONS[3:]
    ]
    layers += [
        (f"3x3 depthwise convolution, {s} x {s}, {channels}", *depthwise(s, channels))
        for s, channels in ((28, 16), (14, 64), (7, 128))
    ]
    for name, flops, step in layers:
        seconds = median_seconds([step(kind) for kind in kinds])
        speeds = [flops / own / 1e9 for own in seconds]
        cells = [
            f"{speed:.0f} | {speed / peak[kind]:.0%}"
            for speed, kind in zip(speeds, kinds, strict=True)
        ]
        print(f"| {name} | {' | '.join(cells)} | {seconds[0] / seconds[1]:.1f} x |")
    print(
        "\nPasses over a batch in float32, forward and backward, as TensorFlow's operations and as "
        "the engine computes them:\n\n"
        "| layer | TensorFlow ms | engine ms |\n|---|---:|---:|"
    )
    for name, plain, fast in passes():
        theirs, ours = median_seconds([plain, fast])
        print(f"| {name} | {1e3 * theirs:.2f} | {1e3 * ours:.2f} |")


def median_seconds(steps: list[Step]) -> list[float]:
    """The median time of each step; they take turns."""
    for step in steps:
        step()
        step()
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(REPETITIONS):
        for own, step in zip(times, steps, strict=True):
            start = time.perf_counter()
            step()
            own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in times]


def compiled(function: Callable[..., Any], *arguments: Any) -> Step:
    """A call of a compiled function that waits for its result."""
    import tensorflow as tf

    graph = tf.function(function, autograph=False)
    return lambda: tf.nest.map_structure(lambda tensor: tensor.numpy(), graph(*arguments))


def gradients(function: Callable[..., Any], *arguments: Any) -> Step:
    """A function's value and gradients, of which one number each is fetched."""
    import tensorflow as tf

    def both(*given: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(given)
            outputs = function(*given)
            loss = tf.reduce_sum(outputs * outputs)
        return [tf.reshape(own, [-1])[0] for own in tape.gradient(loss, list(given))]

    return compiled(both, *arguments)


def normal(shape: list[int], kind: Any) -> Any:
    """Random numbers of a shape and type."""
    import tensorflow as tf

    return tf.cast(tf.random.stateless_normal(shape, [0, 1]), kind)


def product(kind: Any) -> Step:
    """A large matrix product."""
    import tensorflow as tf

    matrix = normal([2048, 2048], kind)
    return compiled(lambda one: tf.reshape(tf.matmul(one, one), [-1])[0], matrix)


def conv(size: int, inputs: int, outputs: int, kernel: int = 3) -> tuple[float, Any]:
    """The floating-point operations of a convolution, forward and backward, and its step."""
    import tensorflow as tf

    def step(kind: Any) -> Step:
        images = normal([BATCH, size, size, inputs], kind)
        weights = normal([kernel, kernel, inputs, outputs], kind)
        return gradients(lambda x, k: tf.nn.conv2d(x, k, 1, "SAME"), images, weights)

    return 3 * 2.0 * BATCH * size**2 * kernel**2 * inputs * outputs, step


def depthwise(size: int, channels: int) -> tuple[float, Any]:
    """The same of a depthwise convolution."""
    import tensorflow as tf

    def step(kind: Any) -> Step:
        images = normal([BATCH, size, size, channels], kind)
        weights = normal([3, 3, channels, 1], kind)
        return gradients(
            lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME"), images, weights
        )

    return 3 * 2.0 * BATCH * size**2 * 9 * channels, step


def passes() -> list[tuple[str, Step, Step]]:
    """Batch normalisation and activations, as TensorFlow's operations and as the engine's."""
    import keras
    import tensorflow as tf

    from study.training import activations
    from study.training.batch_norm import BatchNorm

    draw = tf.constant(0)
    found = []
    for size, channels in (ELEMENTWISE, FEW_CHANNELS):
        images = normal([BATCH, size, size, channels], tf.float32)
        layer = keras.layers.BatchNormalization()
        layer.build(images.shape)
        norm = BatchNorm(layer, on_cpu=True)
        found.append(
            (
                f"batch normalisation, {size} x {size} x {channels}",
                gradients(lambda x, own=layer: own(x, training=True), images),
                gradients(lambda x, own=norm: own(x, draw, []), images),
            )
        )
    images = normal([BATCH, ELEMENTWISE[0], *ELEMENTWISE], tf.float32)
    for name in ("gelu", "silu"):
        activation = keras.layers.Activation(name)
        fast = activations.step(activation)
        title = {"gelu": "GELU", "silu": "SiLU"}[name]
        found.append(
            (
                f"{title}, {ELEMENTWISE[0]} x {ELEMENTWISE[0]} x {ELEMENTWISE[1]}",
                gradients(lambda x, own=activation: own(x), images),
                gradients(lambda x, own=fast: own(x, draw, []), images),
            )
        )
    return found


if __name__ == "__main__":
    main()
