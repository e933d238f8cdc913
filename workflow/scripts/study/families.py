"""Families of things that the config names, with one file for each member.

A member is a class or function in a file of its own. Its file says what it is (the docstring) and
which parameters the config may give (the keyword-only parameters of its signature, with types,
bounds and defaults); nothing else lists it. Files whose names start with `_` hold what members
share. A family finds its members and reads their parameters from the source text, so planning a
study imports nothing heavy.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from study import parameters

PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Family:
    """A folder of members.

    Attributes:
        word: what messages call a member.
        folder: the folder, relative to the package.
        defines: the class or function that each member's file defines.
    """

    word: str
    folder: str
    defines: str

    def names(self) -> list[str]:
        """The names of all members, sorted."""
        return parameters.files(PACKAGE / self.folder)

    def source(self, name: str) -> Path:
        """The file of a member."""
        return PACKAGE / self.folder / f"{name}.py"

    def description(self, name: str) -> type[BaseModel]:
        """The parameters of a member: names, types, bounds, defaults."""
        return parameters.description(self.source(name), self.defines)

    def defaults(self, name: str) -> dict[str, Any]:
        """The parameters of a member that have a default, with it."""
        return parameters.defaults(self.source(name), self.defines)

    def function(self, name: str) -> Any:
        """The class or function of a member; imports its file."""
        module = importlib.import_module(f"study.{self.folder.replace('/', '.')}.{name}")
        return getattr(module, self.defines)

    def create(self, settings: Mapping[str, Any], *arguments: Any) -> Any:
        """Call the class or function of the member `settings["name"]`; imports its file.

        Args:
            settings: `name` and the parameters, as the config has them.
            arguments: what the family's members take besides.
        """
        given = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in settings.items()
            if key != "name"
        }
        # By the description, so that a whole number given for a fraction becomes one.
        described = self.description(settings["name"]).model_validate(given)
        own = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in described.model_dump(include=set(given)).items()
        }
        return self.function(settings["name"])(*arguments, **own)


SOURCES = Family("source", "datasets", "load")
MODELS = Family("model", "models", "build")
OPTIMIZERS = Family("optimiser", "training/optimizers", "Optimizer")
SCHEDULES = Family("schedule", "training/schedules", "Schedule")
AUGMENTATIONS = Family("augmentation", "training/augmentations", "Augmentation")
MIXINGS = Family("mixing", "training/mixings", "Mixing")
AVERAGINGS = Family("averaging", "training/averagings", "Averaging")

OF_TRAINING = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "augmentation": AUGMENTATIONS,
    "mixing": MIXINGS,
    "averaging": AVERAGINGS,
}
"""The families that a run's `training` settings name, by the key."""
