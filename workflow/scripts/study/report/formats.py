"""How the page writes numbers, durations, settings and data for its scripts."""

import json
import math
import re
from typing import Any

from markupsafe import Markup

RULES = {"at_least": "≥ ", "at_most": "≤ ", "below": "< "}
ORDERS = {"decreasing": "less", "increasing": "more"}
"""What stands before a published value, by the rule of its claim."""


def seconds(value: float) -> str:
    """A duration for people: `12.3 s`, `4 min 05 s` or `2 h 07 min`; "" for NaN."""
    if math.isnan(value):
        return ""
    if round(value, 1) < 60:
        return f"{value:.1f} s"
    if round(value) < 3600:
        return "{} min {:02d} s".format(*divmod(round(value), 60))
    return "{:,} h {:02d} min".format(*divmod(round(value / 60), 60))


def number(value: float, spec: str = ",.0f") -> str:
    """A number in a format of Python's; "" for NaN."""
    return "" if math.isnan(value) else format(value, spec)


def percent(value: float) -> str:
    """A fraction as a percentage with two decimals, without the sign; "" for NaN."""
    return number(100 * value, ".2f")


def moment(text: str) -> str:
    """An ISO time in UTC such as `2026-11-24T08:47:03Z` to the minute, for people."""
    return f"{text[:10]} {text[11:16]} UTC" if len(text) > 15 else text


def setting(value: Any) -> str:
    """A setting as it stands in a table: 50.0 is `50`, NaN and None are ""."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    if str(value) in ("True", "False"):  # of Python or of NumPy
        return "yes" if value else "no"
    if not hasattr(value, "__float__"):
        return str(value)
    if math.isnan(value):
        return ""
    whole = float(value).is_integer() and abs(value) < 1e15
    return f"{int(value):,}" if whole else re.sub(r"e([+-])0+", r"e\1", f"{value:.12g}")


def values(text: Any) -> str:
    """Values separated by spaces, as the scorecard has them; whole numbers get their commas."""
    return " ".join(f"{int(word):,}" if word.isdigit() else word for word in str(text).split(" "))


def published(claim: dict[str, Any]) -> str:
    """What a claim demands, such as `≥ 0.9`."""
    if claim["rule"] in ORDERS and not claim["published"]:
        return f"each {ORDERS[claim['rule']]} than the one before"
    return RULES.get(claim["rule"], "") + values(claim["published"])


def first_word(text: str) -> str:
    """The first word of a text, to sort by; "" if there is none."""
    return next(iter(text.split()), "")


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 run`, `1,200 runs`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def script_data(value: Any) -> Markup:
    """A value as JSON that can stand inside a script element, whatever is in its strings.

    Raises:
        ValueError: if it contains NaN or infinity.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
