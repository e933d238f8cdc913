"""What the study refuses before it starts."""

from pydantic import ValidationError

from study.claims.kinds import Model, Parameters
from study.claims.results import ClaimResults, IncomparableError, Values
from study.families import MODELS

UNTRAINED = True


def is_refused(results: ClaimResults, *, model: Model, parameters: Parameters) -> Values:
    """Whether a model does not take parameters: 1, or 0 if it does."""
    description = MODELS.description(model)
    if unknown := parameters.keys() - description.model_fields.keys():
        raise IncomparableError(f"{model} has no parameter {', '.join(sorted(unknown))}")
    try:
        description.model_validate(parameters)
    except ValidationError:
        return [1.0]
    return [0.0]
