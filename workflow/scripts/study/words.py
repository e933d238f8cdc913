"""Small texts for people."""

import difflib
import math
import re
from collections.abc import Iterable, Sequence


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown word: the most similar known one, and all choices."""
    choices = list(known)
    return f"{closest(word, choices)} (known: {', '.join(choices)})"


def closest(word: str, known: Sequence[str]) -> str:
    """A hint for an unknown word: the most similar known one, if one is similar."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as an enumeration: `a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def spaced(name: str) -> str:
    """A name of the config as words: `wide_dropout-0.2` becomes `wide dropout-0.2`."""
    return name.replace("_", " ")


def any_of(names: Iterable[str]) -> str:
    """A regular expression for one of these names."""
    return "|".join(map(re.escape, names)) or "none"


def seconds(value: float) -> str:
    """A duration for people: `12.3 s`, `4 min 05 s` or `2 h 07 min`; "" for NaN."""
    if math.isnan(value):
        return ""
    if round(value, 1) < 60:
        return f"{value:.1f} s"
    if round(value) < 3600:
        return "{} min {:02d} s".format(*divmod(round(value), 60))
    return "{:,} h {:02d} min".format(*divmod(round(value / 60), 60))


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 run`, `1,200 runs`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
