"""What the text of an architecture's file says of its models, without importing Keras."""

import ast
import functools
from pathlib import Path

from study.families import MODELS

PLAIN = ("__future__", "keras", "keras.layers", "study.parameters", "typing")
"""A file that imports nothing else shows all of its layers."""


def has_no_convolution(model: str) -> bool:
    """Whether a model is sure to have no convolution."""
    used = _used(MODELS.source(model))
    return used is not None and not any("Conv" in name for name in used)


def has_branches(model: str) -> bool:
    """Whether a model is sure to be no plain sequence of layers."""
    used = _used(MODELS.source(model))
    return used is not None and "Sequential" not in used


@functools.cache
def _used(file: Path) -> frozenset[str] | None:
    """The names after a dot in a file, such as `Dense`; None if it takes layers from elsewhere."""
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(a.name not in PLAIN for a in node.names):
            return None
        if isinstance(node, ast.ImportFrom) and (node.level or node.module not in PLAIN):
            return None
        if isinstance(node, ast.Attribute):
            used.add(node.attr)
    return frozenset(used) if "applications" not in used else None
