"""The measures that claims may name, and the keys that each takes.

They are read from the source: nothing is imported, so that planning needs no pandas.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Any

MEASURES = Path(__file__).parent / "measures"


@cache
def measures() -> dict[str, Path]:
    """The file of each measure, by the measure's name."""
    return {name: file for name, (file, _) in _functions().items()}


@cache
def keys(measure: str) -> dict[str, tuple[str, bool]]:
    """The keys that a claim of a measure takes beside the common ones.

    Args:
        measure: a name of :func:`measures`.

    Returns:
        By name: the name of its type in :mod:`study.claims.kinds`, and whether it is required.
    """
    _, function = _functions()[measure]
    arguments = function.args
    return {
        argument.arg: (ast.unparse(argument.annotation or ast.Name("None")), default is None)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    }


@cache
def needs(measure: str) -> tuple[str, ...]:
    """What a measure needs besides finished runs: `NEEDS` of its file.

    Exports, or what :class:`study.results.Results` calls functions, draws and activations.

    Args:
        measure: a name of :func:`measures`.
    """
    return tuple(_constant(measure, "NEEDS", ()))


@cache
def is_untrained(measure: str) -> bool:
    """Whether what is measured does not depend on training, as a shape: `UNTRAINED` of its file.

    Args:
        measure: a name of :func:`measures`.
    """
    return bool(_constant(measure, "UNTRAINED", False))


def _constant(measure: str, name: str, default: Any) -> Any:
    file, _ = _functions()[measure]
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    return default


@cache
def _functions() -> dict[str, tuple[Path, ast.FunctionDef]]:
    return {
        node.name: (file, node)
        for file in sorted(MEASURES.glob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
