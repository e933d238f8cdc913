"""One file per data source, each with one function and one constant:

    load(scratch, *, ...) -> Loaded
    ORDERS = ("source",)      # the orders of examples that it offers; the first is the default

A source is added by adding its file and naming it in the config.
"""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study import parameters

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DATA_DIR_VARIABLE = "SOFTMAX2CNN_DATA_DIR"
"""The environment variable with the folder of the data sets' files, for use without a network."""


@dataclass(frozen=True)
class Loaded:
    """What a source gives.

    Attributes:
        arrays: `train_images` and `test_images`, uint8 (examples, height, width, channels);
            `train_labels` and `test_labels`, int32 (examples,); all in the order `source`.
        class_names: the classes' names, in the order of their ids.
        origin: what is known of where they come from, for `dataset.json`.
        orders: of each order but `source` the indices of `train` and `test` in that order, int32.
    """

    arrays: "dict[str, npt.NDArray[Any]]"
    class_names: list[str]
    origin: dict[str, Any]
    orders: "dict[str, dict[str, npt.NDArray[np.int32]]]" = field(default_factory=dict)


def orders(name: str) -> tuple[str, ...]:
    """The orders of examples that the source `name` offers; the first is the default."""
    return tuple(parameters.constants(Path(__file__).parent / f"{name}.py")["ORDERS"])


def load(name: str, scratch: Path, /, **options: Any) -> Loaded:
    """Load a data set from the source `name`.

    Args:
        name: the name of its file, without `.py`.
        scratch: an empty folder for temporary files.
        options: the source's own parameters, see its file.

    Raises:
        StudyError: if the data cannot be had, or is not what it should be.
    """
    loaded: Loaded = importlib.import_module(f"study.datasets.{name}").load(scratch, **options)
    return loaded
