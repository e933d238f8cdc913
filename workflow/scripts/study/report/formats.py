"""How the page writes numbers, durations, settings and data for its scripts."""

import json
import math
import re
from typing import Any

from markupsafe import Markup

RULES = {"at_least": "≥ ", "at_most": "≤ ", "below": "< "}
ORDERS = {"decreasing": "less", "increasing": "more"}
"""What stands before a published value, by the rule of its claim."""


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
    """Values separated by spaces, as the scorecard has them.

    Whole numbers get their commas, and what is no number is `none`.
    """
    shown = {"nan": "none"}
    return " ".join(
        f"{int(word):,}" if word.isdigit() else shown.get(word, word)
        for word in str(text).split(" ")
    )


def rough(text: Any) -> str:
    """The numbers of a text, which say how uncertain others are, to two significant digits.

    What is no number stays, as the word in `0.0041 to 0.012`.
    """
    return " ".join(_rough(word) for word in str(text).split(" "))


def _rough(word: str) -> str:
    try:
        value = float(word)
    except ValueError:
        return word
    return "none" if math.isnan(value) else f"{float(f'{value:.2g}'):g}"


def published(claim: dict[str, Any]) -> str:
    """What a claim demands, such as `≥ 0.9`; a limit that no tutorial states is called ours."""
    if claim["rule"] in ORDERS and not claim["published"]:
        return f"each {ORDERS[claim['rule']]} than the one before"
    ours = claim["rule"] in RULES and "judgement" in str(claim.get("basis", ""))
    limit = " (our limit)" if ours else ""
    return RULES.get(claim["rule"], "") + values(claim["published"]) + limit


def demanded(claim: dict[str, Any]) -> str:
    """What :func:`published` says, and whose it is: `published: 20` or `our limit: ≤ 1.05`."""
    text, limit, _ = published(claim).partition(" (our limit)")
    return f"our limit: {text}" if limit else f"published: {text}"


def first_word(text: str) -> str:
    """The first word of a text, to sort by; "" if there is none."""
    return next(iter(text.split()), "")


def script_data(value: Any) -> Markup:
    """A value as JSON that can stand inside a script element, whatever is in its strings.

    Raises:
        ValueError: if it contains NaN or infinity.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here
