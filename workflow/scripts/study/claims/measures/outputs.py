"""What the untrained model of a demonstration gives."""

from study.claims.kinds import Demonstration
from study.claims.results import ClaimResults, Values


def demonstration_sums(results: ClaimResults, *, demonstration: Demonstration) -> Values:
    """The sum of each example's outputs."""
    own = results.outputs[results.outputs["demonstration"] == demonstration]
    return [float(total) for total in own.groupby("example")["probability"].sum()]
