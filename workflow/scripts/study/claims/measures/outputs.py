"""What the untrained model of a demonstration gives."""

from study.claims.kinds import Demonstration
from study.claims.results import ClaimResults, Values

UNTRAINED = True


def demonstration_sums(results: ClaimResults, *, demonstration: Demonstration) -> Values:
    """The sum of each example's outputs."""
    own = results.outputs[results.outputs["demonstration"] == demonstration]
    return [float(total) for total in own.groupby("example")["probability"].sum()]


def demonstration_shape(results: ClaimResults, *, demonstration: Demonstration) -> Values:
    """The shape of the outputs: examples and classes."""
    own = results.outputs[results.outputs["demonstration"] == demonstration]
    return [float(own[name].nunique()) for name in ("example", "class_id")]
