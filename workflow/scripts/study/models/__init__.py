"""One file per architecture, each with one function:

    build(input_shape, num_classes, *, ...) -> keras.Model

An architecture is added by adding its file and naming it in the config; there is no list to edit.
A file whose name starts with `_` holds what several architectures share. This module finds the
files and reads their parameters without importing Keras.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from study import parameters

if TYPE_CHECKING:
    import keras

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of all architectures, sorted."""
    return parameters.files(FOLDER)


def source(name: str) -> Path:
    """The file that describes the architecture `name`."""
    return FOLDER / f"{name}.py"


def description(name: str) -> type[BaseModel]:
    """The parameters of the architecture `name`: names, types, bounds, defaults."""
    return parameters.description(source(name), "build")


def build(
    name: str, input_shape: tuple[int, ...], num_classes: int, **parameters: Any
) -> "keras.Model":
    """Build the architecture `name`; imports Keras.

    Args:
        name: one of :func:`names`.
        input_shape: the shape of one example, without the batch, for instance (28, 28, 1).
        num_classes: the number of outputs.
        parameters: the architecture's own, see its file.

    Returns:
        A built model that maps float32 (batch, *input_shape) to (batch, num_classes).
    """
    module = importlib.import_module(f"study.models.{name}")
    tuples = {k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()}
    model: keras.Model = module.build(input_shape, num_classes, **tuples)
    return model
