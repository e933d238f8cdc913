"""Splits in the notation of TensorFlow Datasets: `train`, `train[10000:]`, `test[:20%]`."""

import re
from dataclasses import dataclass

_PATTERN = re.compile(r"(?P<name>\w+)(\[(?P<start>\d+%?)?:(?P<stop>\d+%?)?\])?")


@dataclass(frozen=True)
class Split:
    """A part of the examples of `train` or `test`, in their stored order."""

    name: str
    start: str | None = None
    stop: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Split":
        """Read a split.

        Raises:
            ValueError: if `text` is not in the notation above, or is sure to be empty.
        """
        match = _PATTERN.fullmatch(text)
        if not match or match["name"] not in ("train", "test"):
            raise ValueError(
                f"{text!r} is not a split; write train, test, train[5000:], test[:20%] or the like"
            )
        start, stop = match["start"], match["stop"]
        comparable = stop and stop.endswith("%") == (start or stop).endswith("%")
        if stop and comparable and int((start or "0").rstrip("%")) >= int(stop.rstrip("%")):
            raise ValueError(f"{text!r} leaves no example")
        return cls(match["name"], start, stop)

    def slice(self, examples: int) -> slice:
        """The part as a slice of that many examples; `slice(0, 0)` if nothing is left."""
        start = _position(self.start, examples, 0)
        stop = _position(self.stop, examples, examples)
        return slice(start, stop) if start < stop else slice(0, 0)


def are_of_test(validation: str, test: str) -> bool:
    """Whether a validation split shows examples of the test split.

    Args:
        validation, test: as the config has them; anything else, such as "", shows none. Where only
            one is cut at a percentage, that depends on the number of examples, and counts as yes.
    """
    try:
        one, other = Split.parse(validation), Split.parse(test)
    except ValueError:
        return False
    cuts = filter(None, (one.start, one.stop, other.start, other.stop))
    if len({cut.endswith("%") for cut in cuts}) > 1:
        return one.name == other.name
    parts = [split.slice(MANY) for split in (one, other)]
    shared = max(part.start for part in parts) < min(part.stop for part in parts)
    return one.name == other.name and shared


MANY = 100_000
"""Examples for which splits are compared where their number is not known."""


def _position(text: str | None, examples: int, otherwise: int) -> int:
    if text is None:
        return otherwise
    if text.endswith("%"):
        # TensorFlow Datasets rounds a percentage to the nearest example.
        return min(examples, round(int(text[:-1]) * examples / 100))
    return min(examples, int(text))
