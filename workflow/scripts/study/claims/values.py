"""The kinds of values that the keys of claims take."""

import math
from collections.abc import Callable
from typing import Any

from study.claims.kinds import COLUMNS, RULES
from study.families import MODELS


def problem(kind: str, value: Any) -> str:
    """What is wrong with a value, as the end of a sentence; "" if nothing is.

    Args:
        kind: a type of :mod:`study.claims.kinds`, or a kind of its `COMMON`.
        value: of a claim's key.
    """
    if kind not in _KINDS:
        return ""  # a kind that a new measure brings along; the measure itself looks at the value
    fits, expected = _KINDS[kind]
    return "" if fits(value) else f"must be {expected}, not {value!r}"


def fractions(published: Any) -> bool:
    """Whether these are numbers from 0 to 1."""
    items = published if isinstance(published, list) else [published]
    return all(_number(item) and 0 <= item <= 1 for item in items)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _count(value: Any) -> bool:
    return _whole(value) and value >= 1


def _fraction(value: Any) -> bool:
    return _number(value) and 0 < value <= 1


def _step(value: Any) -> bool:
    return _whole(value) and value >= 0


def _variants(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(map(_text, value))


def _epochs(value: Any) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(_count, value))
        and value[0] <= value[1]
    )


def _epoch(value: Any) -> bool:
    return value is None or _count(value)


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_number, value))


def _parameters(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, value))


def _model(value: Any) -> bool:
    return value in MODELS.names()


def _published(value: Any) -> bool:
    return _number(value) or _numbers(value)


def _tolerance(value: Any) -> bool:
    return value == "binomial" or (_number(value) and value >= 0)


def _switch(value: Any) -> bool:
    return isinstance(value, bool)


def _column(value: Any) -> bool:
    return value in COLUMNS


def _rule(value: Any) -> bool:
    return value in RULES


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "Text": (_text, "text"),
    "Switch": (_switch, "true or false"),
    "Rule": (_rule, f"one of {', '.join(RULES)}"),
    "Published": (_published, "a finite number or a list of them"),
    "Tolerance": (_tolerance, "a number of at least 0, or binomial"),
    "Count": (_count, "a whole number of at least 1"),
    "Fraction": (_fraction, "a number above 0, at most 1"),
    "Experiment": (_text, "the name of an experiment (quote a number)"),
    "Variant": (_text, "the name of a variant (quote a number)"),
    "Variants": (_variants, "a list of at least two names of variants (quote numbers)"),
    "Demonstration": (_text, "the name of a demonstration (quote a number)"),
    "Dataset": (_text, "the public name of a dataset"),
    "Function": (_text, "the name of a function"),
    "Numbers": (_numbers, "a list of numbers"),
    "Layer": (_text, "the name of a layer"),
    "Column": (_column, f"one of {', '.join(COLUMNS)}"),
    "Epochs": (_epochs, "the first and the last epoch, counted from 1"),
    "Epoch": (_epoch, "an epoch, counted from 1"),
    "Step": (_step, "a number of updates"),
    "Model": (_model, "the name of a model"),
    "Parameters": (_parameters, "names of parameters with their values"),
}
