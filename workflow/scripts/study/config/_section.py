"""What all parts of the description of a config are made of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9.+-]*(_[A-Za-z0-9.+-]+)*$"

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""Becomes part of a path: letters, digits, `.`, `+`, `-` and single `_`."""

Positive = Annotated[int, Field(ge=1)]
Factor = Annotated[float, Field(gt=0)]
Group = Literal["kernels", "biases", "normalization", "head"]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Column = Literal["loss", "accuracy", "batch_accuracy", "val_loss", "val_accuracy"]


class Section(BaseModel):
    """A mapping of the config: unknown keys are refused, values are never converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def doc(description: str, default: Any = ..., **constraints: Any) -> Any:
    """A field with its documentation; without a default the key is required."""
    return Field(default, description=description, **constraints)
