"""Types for the parameters of models, and how the config's values are checked against them.

A model's `build` function is its own documentation: the names, types and defaults in its signature
are read from the source text (nothing is imported, so this costs milliseconds where importing Keras
costs seconds) and turned into a JSON schema. The aliases below say more than `float` does.
"""

import ast
import functools
from pathlib import Path
from typing import Any

Rate = float
"""A share of units to drop: at least 0 and less than 1. (Keras accepts 1.0 and learns nothing.)"""

Count = int
"""A number of units, filters or pixels: at least 1."""

Activation = str
"""The name of a hidden layer's activation function."""

ACTIVATIONS = (
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
)

_SCHEMAS: dict[str, dict[str, Any]] = {
    "Rate": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
    "Count": {"type": "integer", "minimum": 1},
    "Activation": {"enum": list(ACTIVATIONS)},
    "float": {"type": "number"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "str": {"type": "string"},
    "None": {"type": "null"},
}


@functools.cache
def parameters_schema(path: Path, function: str) -> dict[str, Any]:
    """The JSON schema of the keyword-only parameters of a function (or of a class' `__init__`).

    Args:
        path: the Python source file; it is parsed, never imported.
        function: the name of a top-level function or class in it.

    Returns:
        A schema of an object with one property a parameter, each with its `default` where it has
        one; parameters without a default are `required`.

    Raises:
        ValueError: if the function is missing or an annotation is not one that this module knows.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    arguments = _arguments(tree, function, path)
    properties: dict[str, Any] = {}
    required = []
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.annotation is None:
            raise ValueError(f"{path}: parameter {argument.arg} of {function} has no type")
        schema = dict(_schema(argument.annotation, path))
        if default is None:
            required.append(argument.arg)
        else:
            value = ast.literal_eval(default)
            schema["default"] = list(value) if isinstance(value, tuple) else value
        properties[argument.arg] = schema
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _arguments(tree: ast.Module, name: str, path: Path) -> ast.arguments:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node.args
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _arguments(ast.Module(node.body, []), "__init__", path)
    raise ValueError(f"{path}: there is no {name}")


def _schema(annotation: ast.expr, path: Path) -> dict[str, Any]:
    match annotation:
        case ast.Name(id=name) if name in _SCHEMAS:
            return _SCHEMAS[name]
        case ast.Constant(value=None):
            return _SCHEMAS["None"]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return {"anyOf": [_schema(left, path), _schema(right, path)]}
        case ast.Subscript(
            value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[element, ast.Constant(value=rest)])
        ) if rest is ...:
            return {"type": "array", "items": _schema(element, path), "minItems": 1}
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            return {"enum": _literals(choices)}
    raise ValueError(f"{path}: cannot check a parameter of type {ast.unparse(annotation)}")


def _literals(choices: ast.expr) -> list[Any]:
    value = ast.literal_eval(choices)
    return list(value) if isinstance(value, tuple) else [value]
