"""The `training` settings of a run: the description's defaults with changes."""

from typing import Any

from study.config.training import Training
from study.families import OF_TRAINING

ADAM = {"name": "adam", "learning_rate": 0.001}


def training(**changes: Any) -> dict[str, Any]:
    """Settings as a run has them; `steps` takes the place of epochs."""
    changes = {"optimizer": ADAM, "epochs": None if "steps" in changes else 2, **changes}
    resolved = Training.model_validate(changes).model_dump()
    for key, family in OF_TRAINING.items():
        value = resolved[key]
        if isinstance(value, list):
            resolved[key] = [family.defaults(own["name"]) | own for own in value]
        elif value is not None:
            resolved[key] = family.defaults(value["name"]) | value
    return resolved
