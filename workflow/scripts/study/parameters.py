"""Types for the parameters of models, optimisers and data sources, read from their signatures.

Such a function is its own documentation: the names, types and defaults of its keyword-only
parameters are read from the source text (nothing is imported, so this costs milliseconds where
importing Keras costs seconds) and become a description that the config's values are checked
against. The aliases below say more than `float` does.
"""

import ast
import functools
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, Union

from pydantic import BaseModel, ConfigDict, Field, create_model

Rate = Annotated[float, Field(ge=0, lt=1)]
"""A fraction: at least 0 and less than 1. (Keras accepts a dropout of 1.0 and learns nothing.)"""

Fraction = Annotated[float, Field(ge=0, le=1)]
"""A fraction that may be all: at least 0 and at most 1."""

Positive = Annotated[float, Field(gt=0)]
"""A number above 0."""

NonNegative = Annotated[float, Field(ge=0)]
"""A number that is at least 0."""

Divisor = Annotated[float, Field(ge=1)]
"""A number to divide by that makes nothing larger: at least 1."""

Count = Annotated[int, Field(ge=1)]
"""A number of units, filters or pixels: at least 1."""

Activation = Literal[
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "sigmoid",
    "tanh",
    "exponential",
    "softmax",
    "linear",
]
"""The name of a hidden layer's activation function."""

TYPES: dict[str, Any] = {
    "Rate": Rate,
    "Fraction": Fraction,
    "Positive": Positive,
    "NonNegative": NonNegative,
    "Divisor": Divisor,
    "Count": Count,
    "Activation": Activation,
    "float": float,
    "int": int,
    "bool": bool,
    "str": str,
    "None": None,
}


@functools.cache
def description(path: Path, name: str) -> type[BaseModel]:
    """The description of the keyword-only parameters of a function (or of a class's `__init__`).

    Args:
        path: the Python source file; it is parsed, never imported.
        name: of a top-level function or class in it.

    Returns:
        A model with one field per parameter, with its default where it has one. Tuples are lists,
        as YAML has them.

    Raises:
        ValueError: if the function is missing, or an annotation is not one that this module knows.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    arguments = _arguments(tree, name, path)
    fields: dict[str, Any] = {}
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.annotation is None:
            raise ValueError(f"{path}: parameter {argument.arg} of {name} has no type")
        value = ... if default is None else ast.literal_eval(default)
        fields[argument.arg] = (
            _type(argument.annotation, path),
            list(value) if isinstance(value, tuple) else value,
        )
    model: type[BaseModel] = create_model(
        name,
        __config__=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False),
        **fields,
    )
    return model


def names(path: Path, name: str) -> list[str]:
    """The names of the parameters that :func:`description` describes."""
    return list(description(path, name).model_fields)


def defaults(path: Path, name: str) -> dict[str, Any]:
    """The parameters that have a default, with it."""
    fields = description(path, name).model_fields.items()
    return {key: field.default for key, field in fields if not field.is_required()}


def constants(path: Path) -> dict[str, Any]:
    """The literal constants at the top level of a Python file, read without importing it."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8"), filename=str(path)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name.isupper():
                try:
                    found[name] = ast.literal_eval(node.value)
                except ValueError:
                    continue  # computed: nothing that a file says about itself
    return found


def files(folder: Path) -> list[str]:
    """The names of the things in a folder with one file each; `_`-files are their helpers."""
    return sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))


def _arguments(tree: ast.Module, name: str, path: Path) -> ast.arguments:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node.args
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _arguments(ast.Module(node.body, []), "__init__", path)
    raise ValueError(f"{path}: there is no {name}")


def _type(annotation: ast.expr, path: Path) -> Any:
    match annotation:
        case ast.Name(id=name) if name in TYPES:
            return TYPES[name]
        case ast.Constant(value=None):
            return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Union[_type(left, path), _type(right, path)]  # noqa: UP007
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return Optional[_type(inner, path)]  # noqa: UP045
        case ast.Subscript(
            value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[element, ast.Constant(value=rest)])
        ) if rest is ...:
            return Annotated[list[_type(element, path)], Field(min_length=1)]  # type: ignore[misc]
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            value = ast.literal_eval(choices)
            return Literal[tuple(value) if isinstance(value, tuple) else (value,)]
    raise ValueError(f"{path}: cannot check a parameter of type {ast.unparse(annotation)}")
