"""Numbers of parameters, and shapes."""

from study.claims.kinds import Demonstration, Experiment, Variant
from study.claims.results import ClaimResults, Values

UNTRAINED = True


def parameters(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """The number of parameters."""
    return [float(results.finished(experiment, variant)["parameter_count"].iloc[0])]


def layer_parameters(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """The number of parameters of each layer."""
    return _by_layer(results, experiment, variant)


def map_shapes(
    results: ClaimResults, *, experiment: Experiment, variant: Variant = "default"
) -> Values:
    """Height, width and number of the maps of each layer that gives maps, layer by layer."""
    layers = results.of(results.layers, experiment, variant).sort_values("layer")
    shapes = [str(shape).split(" × ") for shape in layers["output_shape"]]
    return [float(size) for shape in shapes if len(shape) > 1 for size in shape]


def demonstration_parameters(results: ClaimResults, *, demonstration: Demonstration) -> Values:
    """The number of parameters of each layer of a demonstration's model."""
    return _by_layer(results, demonstration, "")


def _by_layer(results: ClaimResults, experiment: str, variant: str) -> Values:
    layers = results.of(results.layers, experiment, variant).sort_values("layer")
    return [float(count) for count in layers["parameters"]]
