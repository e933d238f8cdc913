"""What a JSON schema has against a value, in sentences for the person who wrote the value."""

import difflib
from typing import Any

import jsonschema


def problems(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    """What a schema has against a value.

    Args:
        value: parsed YAML or JSON.
        schema: a JSON schema, draft 2020-12.
        at: the path of the value, which the sentences start with.

    Returns:
        A sentence a problem, each with the key, and the nearest known word where one is unknown.
    """
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
    sentences = []
    for error in errors:
        path = ".".join(filter(None, [at, *map(str, error.absolute_path)]))
        sentences += _sentences(error, path)
    return sentences


def _sentences(error: jsonschema.ValidationError, path: str) -> list[str]:
    rule: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    prefix = f"{path}." if path else ""
    match error.validator:
        case "additionalProperties":
            known = sorted(schema.get("properties", {}))
            extra = sorted(set(instance) - set(known))
            return [f"{prefix}{key}: unknown key{nearest(key, known)}" for key in extra]
        case "required":
            missing = [key for key in rule if key not in instance]
            return [f"{prefix}{key}: is missing" for key in missing]
        case "enum":
            word = f"{path}: {instance!r} is not known"
            return [word + nearest(str(instance), list(map(str, rule)))]
        case "pattern" | "propertyNames":
            name = instance
            return [
                f"{path}: {name!r} is not a name (letters, digits, '.', '+', '-', single '_'; "
                "it becomes part of a path)"
            ]
        case "type" | "anyOf":
            return [f"{path}: {instance!r} is not {_kind(schema)}"]
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            bound = {
                "minimum": "at least",
                "exclusiveMinimum": "more than",
                "maximum": "at most",
                "exclusiveMaximum": "less than",
            }[error.validator]
            return [f"{path}: is {instance}, but must be {bound} {rule}"]
    return [f"{path}: {error.message}"]


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    kinds = schema.get("type", "one of " + ", ".join(map(str, schema.get("enum", []))))
    words = {
        "integer": "a whole number",
        "string": "text",
        "object": "a mapping",
        "array": "a list",
    }
    listed = kinds if isinstance(kinds, list) else [kinds]
    return " or ".join(words.get(kind, f"a {kind}" if " " not in kind else kind) for kind in listed)


def nearest(word: str, known: list[str]) -> str:
    """A hint for an unknown word: the most similar known one, and all choices."""
    close = difflib.get_close_matches(word, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{hint} (known: {', '.join(known)})"
