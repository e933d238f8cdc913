"""What is trained: the study's architectures with their batch sizes and optimisers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

Data = dict[str, npt.NDArray[Any]]
"""`train_images` and `test_images`, uint8 (n, 28, 28, 1), and their `_labels`, int32 (n,)."""

Contender = tuple[Callable[[], None], Callable[[], float]]
"""A function that trains on a case's number of images, and one that gives the test accuracy."""

SEED = 0

ADAM = {"name": "adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
SLOW_ADAM = {**ADAM, "learning_rate": 0.0001, "epsilon": 1e-8}
ADADELTA = {"name": "adadelta", "learning_rate": 1.0, "rho": 0.95, "epsilon": 1e-7}
# The form of Jordan (2024), at a rate that suits a constant schedule and one rate for all weights.
NESTEROV = {"name": "sgd", "learning_rate": 0.5, "momentum": 0.85, "nesterov": True}
IMPROVED = {"pooling": "max", "block_dropout": 0.2, "dense_dropout": 0.3}


@dataclass(frozen=True)
class Case:
    """One architecture of the study and how it is trained.

    Attributes:
        model, parameters: as in the config.
        dataset: the folder of its IDX files.
        optimizer: as in the config.
        batch_size, microbatch_size: as in the config.
        images: trained on in one timed repetition.
        experiments: the runs of the published study that train like this, by their id's start.
    """

    model: str
    dataset: str
    optimizer: dict[str, Any]
    batch_size: int
    images: int
    experiments: tuple[str, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    microbatch_size: int | None = None


CASES = {
    "mlp": Case("mlp", "mnist", ADAM, 32, 30_000, ("dropout_grid/", "activation_grid/")),
    "core mlp": Case("core_mlp", "mnist", ADAM, 128, 30_000, ("core_mlp/",)),
    "LeNet-5": Case(
        "lenet5", "fashion_mnist", ADADELTA, 1000, 30_000, ("lenet5/original/",), {}, 100
    ),
    "LeNet-5 improved": Case(
        "lenet5", "fashion_mnist", ADADELTA, 1000, 30_000,
        ("lenet5/improved/", "lenet5/improved-150/"), IMPROVED, 100,
    ),
    "LeNet-5 wide": Case(
        "lenet5", "fashion_mnist", ADADELTA, 1000, 30_000,
        ("lenet5/wide/", "lenet5/wide-150/"), {"filters": (12, 32), **IMPROVED}, 100,
    ),
    "deep CNN": Case("deep_cnn", "mnist", SLOW_ADAM, 100, 5_000, ("deep_cnn/",)),
    "airbench": Case(
        "airbench", "fashion_mnist", NESTEROV, 500, 2_000, (), {"filters": (32, 96, 128)}
    ),
}  # fmt: skip
