"""What the description has against a value, in sentences for the person who wrote it."""

import types
import typing
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from study.words import nearest

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "bool": "true or false",
    "list": "a list",
    "dict": "a mapping",
    "model": "a mapping",
}
LONGEST = 80
"""Messages show no more of a value."""

BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def problems(model: type[BaseModel], value: Any, at: str) -> list[str]:
    """What a description has against a value; empty if it is valid.

    Args:
        model: the description.
        value: as read from YAML.
        at: the value's path in the config, with which each sentence starts.

    Returns:
        One sentence per problem, each with the key, and the nearest known word for an unknown one.
    """
    try:
        model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return list(dict.fromkeys(_sentence(model, problem, at) for problem in found))
    return []


def _sentence(model: type[BaseModel], problem: Any, at: str) -> str:
    where: Sequence[Any] = problem["loc"]
    value, context = problem["input"], problem.get("ctx", {})
    path = ".".join([*filter(None, [at]), *(str(step) or "''" for step in where)])
    match problem["type"]:
        case "extra_forbidden":
            return f"{path}: unknown key{nearest(str(where[-1]), sorted(keys(model, where[:-1])))}"
        case "missing":
            return f"{path}: is missing"
        case "literal_error":
            choices = [choice.strip("' ") for choice in _choices(context["expected"])]
            return f"{path}: {shown(value)} is not known{nearest(str(value), choices)}"
        case "string_pattern_mismatch":
            path = path.removesuffix(".[key]")
            return (
                f"{path}: {shown(value)} is not a name (letters, digits, '.', '+', '-', "
                "single '_'; it becomes part of a path)"
            )
        case "finite_number":
            return f"{path}: is {value}, but must be a finite number"
        case "too_short" | "string_too_short":
            return f"{path}: is empty"
        case "too_long":
            return f"{path}: has more than {context['max_length']} values"
        case kind if kind in BOUNDS:
            words, bound = BOUNDS[kind]
            return f"{path}: is {value}, but must be {words} {context[bound]}"
        case kind:
            expected = KINDS.get(kind.partition("_")[0])
            if expected:
                return f"{path}: {shown(value)} is not {expected}"
            return f"{path}: {shown(value)}: {problem['msg']}"


def shown(value: Any) -> str:
    """A value as a config has it; what is long is cut."""
    words = {None: "null", True: "true", False: "false"}
    is_word = value is None or isinstance(value, bool)
    text = words[value] if is_word else repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _choices(expected: str) -> list[str]:
    """pydantic's list "'a', 'b' or 'c'" as a list."""
    return expected.replace(" or ", ", ").split(", ")


def keys(model: type[BaseModel], where: Sequence[Any]) -> list[str]:
    """The keys that a description knows at a place; empty where any key is allowed."""
    annotation: Any = model
    for step in where:
        annotation = _below(annotation, step)
    annotation = _without_none(annotation)
    fields = getattr(annotation, "model_fields", {})
    return list(fields)


def _below(annotation: Any, step: Any) -> Any:
    annotation = _without_none(annotation)
    fields = getattr(annotation, "model_fields", None)
    if fields is not None:
        return fields[step].annotation if step in fields else None
    arguments = typing.get_args(annotation)
    return arguments[-1] if arguments else None


def _without_none(annotation: Any) -> Any:
    """The type itself, of an annotated or optional one."""
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif typing.get_origin(annotation) in (typing.Union, types.UnionType):
            annotation = next(a for a in typing.get_args(annotation) if a is not type(None))
        else:
            return annotation
