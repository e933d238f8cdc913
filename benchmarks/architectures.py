"""The study's architectures as plain data, for contenders that do not use Keras.

A test compares them with the Keras models in workflow/scripts/study/models/.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

SIZE = 28
CLASSES = 10


@dataclass(frozen=True)
class Conv:
    """A convolution of stride 1, square kernel; `same` pads its input with zeros."""

    inputs: int
    filters: int
    size: int
    same: bool
    bias: bool = True


@dataclass(frozen=True)
class Dense:
    """A fully connected layer."""

    inputs: int
    units: int
    bias: bool = True


@dataclass(frozen=True)
class Pool:
    """Pooling by `size`, `max` or `average`; rows and columns that do not fill a window are cut."""

    kind: str
    size: int


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation with an offset and without a scale; `momentum` as Keras defines it."""

    channels: int
    momentum: float
    epsilon: float


@dataclass(frozen=True)
class Activation:
    """`relu`, or `gelu` computed exactly, with the error function."""

    name: str


@dataclass(frozen=True)
class Dropout:
    """Inverted dropout."""

    rate: float


@dataclass(frozen=True)
class Flatten:
    """From images to vectors."""


@dataclass(frozen=True)
class Scale:
    """Multiplication by a constant."""

    factor: float


Layer = Conv | Dense | Pool | BatchNorm | Activation | Dropout | Flatten | Scale
RELU = Activation("relu")
GELU = Activation("gelu")


@dataclass(frozen=True)
class Architecture:
    """Layers, and how their weights start.

    Attributes:
        layers: in order; the last outputs are logits.
        stddev: of the normal distribution, cut at two of them, that kernels start from; None:
            Glorot-uniform.
        bias: what biases start at.
    """

    layers: list[Layer]
    stddev: float | None = None
    bias: float = 0.0


def describe(model: str, parameters: dict[str, Any]) -> Architecture:
    """The architecture `model` for 28x28x1 images and 10 classes.

    Args:
        model, parameters: as in the config; of the parameters, those that the cases use.
    """
    builders: dict[str, Callable[..., Architecture]] = {
        "mlp": _mlp, "core_mlp": _core_mlp, "lenet5": _lenet5, "deep_cnn": _deep_cnn,
        "airbench": _airbench,
    }  # fmt: skip
    return builders[model](**parameters)


def _mlp() -> Architecture:
    return Architecture([Flatten(), Dense(SIZE**2, 128), RELU, Dropout(0.2), Dense(128, CLASSES)])


def _core_mlp() -> Architecture:
    return Architecture(
        [Flatten(), Dense(SIZE**2, 700), RELU, Dense(700, 500), RELU, Dense(500, CLASSES)]
    )


def _lenet5(
    filters: tuple[int, int] = (6, 16),
    pooling: str = "average",
    block_dropout: float = 0.0,
    dense_dropout: float = 0.0,
) -> Architecture:
    def dropout(rate: float) -> list[Layer]:
        return [Dropout(rate)] if rate else []

    one, two = filters
    pool: list[Layer] = [RELU, Pool(pooling, 2), *dropout(block_dropout)]
    layers: list[Layer] = [
        Conv(1, one, 5, same=True),
        *pool,
        Conv(one, two, 5, same=False),
        *pool,
        Flatten(),
    ]
    layers += [Dense(25 * two, 120), RELU, *dropout(dense_dropout)]
    return Architecture([*layers, Dense(120, 84), RELU, Dense(84, CLASSES)])


def _deep_cnn() -> Architecture:
    pool: list[Layer] = [RELU, Pool("max", 2)]
    layers: list[Layer] = [
        Conv(1, 32, 5, same=True),
        *pool,
        Conv(32, 64, 5, same=True),
        *pool,
        Flatten(),
    ]
    layers += [Dense(49 * 64, 1024), RELU, Dropout(0.5), Dense(1024, CLASSES)]
    return Architecture(layers, stddev=0.1, bias=0.1)


def _airbench(filters: tuple[int, ...]) -> Architecture:
    layers: list[Layer] = [Conv(1, 18, 3, same=False), GELU]
    inputs, size = 18, SIZE - 2
    for count in filters:
        norm: list[Layer] = [BatchNorm(count, momentum=0.9, epsilon=1e-3), GELU]
        layers += [Conv(inputs, count, 3, same=True, bias=False), Pool("max", 2), *norm]
        layers += [Conv(count, count, 3, same=True, bias=False), *norm]
        inputs, size = count, size // 2
    layers += [Pool("max", size), Flatten(), Dense(inputs, CLASSES, bias=False), Scale(0.111)]
    return Architecture(layers)


def kernels(layers: list[Layer]) -> Iterator[tuple[tuple[int, ...], int]]:
    """The shape of each kernel, (..., inputs, outputs), and how often an image is multiplied by it.

    That is once for a dense layer, and once for each pixel of a convolution's output.
    """
    size = SIZE
    for layer in layers:
        if isinstance(layer, Conv):
            size -= 0 if layer.same else layer.size - 1
            yield (layer.size, layer.size, layer.inputs, layer.filters), size**2
        elif isinstance(layer, Dense):
            yield (layer.inputs, layer.units), 1
        elif isinstance(layer, Pool):
            size //= layer.size


def weights(layers: list[Layer]) -> int:
    """How many numbers are trained."""
    found = 0
    for layer in layers:
        if isinstance(layer, Conv):
            found += layer.filters * (layer.size**2 * layer.inputs + layer.bias)
        elif isinstance(layer, Dense):
            found += layer.units * (layer.inputs + layer.bias)
        elif isinstance(layer, BatchNorm):
            found += layer.channels
    return found
