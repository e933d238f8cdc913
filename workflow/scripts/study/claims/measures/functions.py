"""Values of functions, and random numbers, as Keras computes them."""

import numpy as np

from study.claims.kinds import Function, Numbers
from study.claims.results import ClaimResults, IncomparableError, Values

UNTRAINED = True
NEEDS = ("functions", "draws")


def function_values(results: ClaimResults, *, function: Function, arguments: Numbers) -> Values:
    """The values of a tabulated function; those of `softmax_of_four` are of one vector."""
    if not results.stored.has("functions"):
        raise IncomparableError("not part of this study: the building blocks")
    tabulated = results.stored.functions()
    if function not in tabulated:
        raise IncomparableError(f"{function} is not tabulated; there is {', '.join(tabulated)}")
    x, y = tabulated[function]
    places = [int(np.abs(x - argument).argmin()) for argument in arguments]
    for argument, place in zip(arguments, places, strict=True):
        if abs(x[place] - argument) > 1e-5:
            raise IncomparableError(f"{function} is not tabulated at {argument:g}")
    return [float(y[place]) for place in places]


def draws_beyond_two_deviations(results: ClaimResults) -> Values:
    """How many draws of the truncated normal are further from zero than two deviations."""
    if not results.stored.has("draws"):
        raise IncomparableError("not part of this study: the building blocks")
    draws, stddev = results.stored.draws()
    return [float((np.abs(draws) > np.float32(2 * stddev)).sum())]
