"""What a section teaches: where its tutorial is, the idea, the model as it is run, what to try."""

import ast
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from study.formulas import mathml

Row = dict[str, Any]
Lessons = Mapping[str, Mapping[str, Any]]


def idea(found: Mapping[str, Any]) -> Row:
    """An idea for the page: `idea`, and `formulas`, each MathML and its meaning.

    Args:
        found: with such keys, as the lessons have them, or without.
    """
    return {
        "idea": found.get("idea", ""),
        "formulas": [
            # It consists of known elements and attributes alone, and its text is escaped.
            (Markup(mathml(formula["latex"])), formula["meaning"])  # noqa: S704
            for formula in found.get("formulas", [])
        ],
    }


def lesson(lessons: Lessons, experiment: str, tutorial: str) -> Row:
    """What the lessons say of an experiment.

    Args:
        lessons: see :func:`study.config.lessons.read`.
        experiment: its name.
        tutorial: that it names, which may be any text.

    Returns:
        What :func:`idea` gives, `reference` (of the tutorial, None if the lessons do not know it),
        `differences`, `readings` and `try_it`.
    """
    found = lessons["experiments"].get(experiment, {})
    return {
        "tutorial": tutorial,
        "reference": lessons["tutorials"].get(tutorial),
        **idea(found),
        **{key: found.get(key, []) for key in ("differences", "readings")},
        "try_it": found.get("try_it", ""),
    }


def shown_code(source: str) -> str:
    """The functions of a model's file, without their descriptions."""
    lines = source.splitlines()
    kept = []
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.FunctionDef):
            continue
        own = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        described: range = range(0)
        first = statement.body[0]
        if ast.get_docstring(statement) is not None:
            described = range(first.lineno, (first.end_lineno or first.lineno) + 1)
        kept.append("\n".join(lines[n - 1] for n in own if n not in described))
    return "\n\n\n".join(kept)
