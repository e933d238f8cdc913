"""What a trained model is exported as: one file per format, found by listing this folder.

Every export takes raw images, uint8 (images, height, width, channels) with values from 0 to 255,
and gives for each the class id, the label and the probability of every class. A format is a file
`<name>.py` in this folder, with these literal constants

    TITLE       what the report calls it
    FILE        the name of the exported file, in a folder of its own
    EXTRAS      the modules that writing or running it needs beside the study's environment
    PRECISIONS  what of `precision` in the config it can compute in

and two functions, which alone import the libraries of the format:

    write(model, class_names, folder)    exports a Keras model into a folder that is there
    load(folder) -> Classify             runs what is in such a folder, on one CPU thread

Files whose names start with `_` hold what formats share. Planning reads the constants without
importing the files, so this module must import nothing heavy.
"""

import ast
import functools
import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from study.families import Family

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

EXPORTS = Family("export format", "exports", "write")

_CONSTANTS = {"TITLE": str, "FILE": str, "EXTRAS": tuple, "PRECISIONS": tuple}

INSTALL = "`make exports`, or `pip install --require-hashes -r envs/exports.txt`"
"""How the extras of all formats are installed."""


class Predictions(NamedTuple):
    """What an export predicts for images.

    Attributes:
        ids: int (images,), the most probable classes.
        labels: their names.
        probabilities: float32 (images, classes); each row sums to 1.
    """

    ids: "npt.NDArray[np.integer[Any]]"
    labels: Sequence[str]
    probabilities: "npt.NDArray[np.float32]"


Images: TypeAlias = "npt.NDArray[np.uint8]"
"""Any number of images, uint8 (images, height, width, channels)."""

Classify = Callable[[Images], Predictions]


@functools.cache
def about(name: str) -> Mapping[str, Any]:
    """The constants of a format, by their names. Its file is parsed, not imported."""
    found = {}
    tree = ast.parse(EXPORTS.source(name).read_text(encoding="utf-8"))
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=constant)], value=value):
                if constant in _CONSTANTS:
                    found[constant] = ast.literal_eval(value)
    wrong = [key for key, kind in _CONSTANTS.items() if not isinstance(found.get(key), kind)]
    assert not wrong, f"{EXPORTS.source(name)}: {', '.join(wrong)} must be a literal value"
    return found


def missing(names: Iterable[str]) -> dict[str, list[str]]:
    """The modules that formats need and that are not installed, by the formats' names."""
    needed = {name: about(name)["EXTRAS"] for name in names}
    absent = {
        name: [module for module in modules if importlib.util.find_spec(module) is None]
        for name, modules in needed.items()
    }
    return {name: modules for name, modules in absent.items() if modules}


def module(name: str) -> Any:
    """The module of a format, with `write` and `load`; imports it."""
    return importlib.import_module(f"study.exports.{name}")
