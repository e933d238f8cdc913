"""One file per optimiser, each with one class called `Optimizer`.

The formulas and defaults are Keras', and a test compares every step with Keras' own optimisers. The
kernels are TensorFlow's `ResourceApply*`: they read and write each variable once where Keras'
optimisers make a pass over memory for every operation of the formula, and they work inside and
outside of XLA. The keyword parameters that the config may give are read from the class's signature.
"""

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from study import parameters

if TYPE_CHECKING:
    import tensorflow as tf

FOLDER = Path(__file__).parent


class OptimizerProtocol(Protocol):
    """Changes variables by their gradients.

    Attributes:
        slots: what it remembers from step to step.
        scalars: the parameters that are numbers, by name. They are arguments of :meth:`apply`, so
            that one compiled step serves runs that differ in them.
    """

    slots: "list[tf.Variable]"
    scalars: dict[str, float]

    def apply(
        self,
        gradients: "Sequence[tf.Tensor]",
        step: "tf.Tensor",
        scalars: "Mapping[str, tf.Tensor]",
    ) -> None:
        """Update the variables.

        Args:
            gradients: one per variable, of its shape, float32.
            step: int32 scalar, the number of updates made before this one.
            scalars: those of :attr:`scalars`, as float32 scalars.
        """


def names() -> list[str]:
    """The names of all optimisers, sorted."""
    return parameters.files(FOLDER)


def source(name: str) -> Path:
    """The file that describes the optimiser `name`."""
    return FOLDER / f"{name}.py"


def description(name: str) -> type[BaseModel]:
    """The parameters of the optimiser `name`: names, types, bounds, defaults."""
    return parameters.description(source(name), "Optimizer")


def create(name: str, variables: "Sequence[tf.Variable]", **settings: Any) -> OptimizerProtocol:
    """Make the optimiser that the config calls `name` (for instance `adam`); imports TensorFlow."""
    module = importlib.import_module(f"study.training.optimizers.{name}")
    optimizer: OptimizerProtocol = module.Optimizer(variables, **settings)
    return optimizer
