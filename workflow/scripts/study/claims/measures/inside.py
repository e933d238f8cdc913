"""What happens inside a trained network, for the test images that the config chooses."""

import numpy as np

from study.claims.kinds import Experiment, Fraction, Layer, Variant
from study.claims.results import ClaimResults, IncomparableError, Values

NEEDS = ("activations",)


def silent_maps(
    results: ClaimResults,
    *,
    experiment: Experiment,
    variant: Variant = "default",
    layer: Layer,
    fraction: Fraction,
) -> Values:
    """How many maps of a layer stay below a fraction of the layer's largest response.

    The largest response of a map is taken over all of its places and all recorded images. A map
    that responds nowhere is silent, whatever the others do.
    """
    seeds = set(results.finished(experiment, variant)["seed"])
    largest = []
    for recorded in results.recorded(experiment, variant):
        if recorded.seed not in seeds:
            continue
        names = [known["name"] for known in recorded.about["layers"]]
        if layer not in names:
            raise IncomparableError(f"no layer {layer!r} with maps; there is {', '.join(names)}")
        largest.append(recorded.arrays[f"maps_{names.index(layer)}"].max(axis=(0, 1)))
    if not largest:
        raise IncomparableError(f"nothing of {experiment}/{variant} was recorded")
    response = np.max(largest, axis=0)
    if not np.isfinite(response).all():
        raise IncomparableError(f"the layer {layer!r} has values that are not finite")
    responds = (response > 0) & (response >= fraction * response.max())
    return [float((~responds).sum())]
