"""What figures read: the tables of a study, and stored arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd

from study import tables
from study.errors import StudyError
from study.files import read_json
from study.prepared import load_arrays

Array = npt.NDArray[Any]

ARRAYS = ("examples", "augmented", "activations", "functions", "draws", "sweeps")
"""What a figure may need besides tables."""


@dataclass(frozen=True)
class Recorded:
    """What the layers of one network give for one test image, and what they have learned.

    Attributes:
        experiment, variant, seed: the run.
        arrays: float32, by name, as `record_activations.py` describes them.
        about: the image (`index`, `class`), whether the network is `trained`, and its layers
            (`name`, `type`, `activation`, `shape`).
    """

    experiment: str
    variant: str
    seed: int
    arrays: Mapping[str, Array]
    about: Mapping[str, Any]


class Results:
    """The files that a figure needs, read when they are asked for.

    Args:
        files: paths by need: a table's name with its one CSV file; `examples` with the
            `examples.npz` of each dataset, beside its `dataset.json`; `augmented` with one
            `.npz` and a `.json` of the same name; `activations` with such a pair of each recorded
            run; `functions` and `draws` with one file; `sweeps` with the `variants.csv` of each
            sweep.
    """

    def __init__(self, files: Mapping[str, Sequence[str] | str]) -> None:
        self._files = {
            need: [Path(path) for path in ([paths] if isinstance(paths, str) else paths)]
            for need, paths in files.items()
        }
        self._tables: dict[str, pd.DataFrame] = {}

    def has(self, need: str) -> bool:
        """Whether there are files for a need."""
        return bool(self._files.get(need))

    def table(self, name: str) -> pd.DataFrame:
        """A table of the study; see :mod:`study.columns` for what its columns mean.

        Raises:
            StudyError: if it is not among the files.
        """
        if name not in self._tables:
            self._tables[name] = tables.read(self._only(name))
        return self._tables[name]

    def examples(self, dataset: str) -> dict[str, Array]:
        """The arrays of a prepared dataset.

        Args:
            dataset: its name in the config.

        Returns:
            `train_images` and `test_images`, uint8 (examples, height, width, channels), and
            `train_labels` and `test_labels`, int32 (examples,).

        Raises:
            StudyError: if it is not among the files.
        """
        for path in self._those("examples", ".npz"):
            if read_json(path.with_name("dataset.json"))["name"] == dataset:
                return load_arrays(path)
        raise StudyError(f"no examples of the dataset {dataset!r} are given to this figure")

    def augmented(self) -> Iterator[tuple[Mapping[str, Any], Array, Array]]:
        """A few training images by each recipe of augmentation.

        Yields:
            The recipe (`experiment`, `variant`, `dataset`, `augmentation`), and the images before
            and after, uint8 (examples, height, width, channels).
        """
        (file,) = self._those("augmented", ".npz")
        arrays = load_arrays(file)
        for place, recipe in enumerate(read_json(file.with_suffix(".json"))["recipes"]):
            yield recipe, arrays[f"original_{place}"], arrays[f"augmented_{place}"]

    def activations(self) -> Iterator[Recorded]:
        """What happened inside each network that was recorded, for each image."""
        for path in self._those("activations", ".npz"):
            about = read_json(path.with_suffix(".json"))
            run = about["experiment"], about["variant"], about["seed"]
            arrays = load_arrays(path)
            for place, view in enumerate(about["views"]):
                start = f"{place}/"
                own = {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}
                yield Recorded(*run, own, {**view, "keep": about["keep"]})

    def functions(self) -> dict[str, tuple[Array, Array]]:
        """Arguments and values of each tabulated function, float64 (points,) each."""
        table = tables.read(self._only("functions"))
        return {
            str(name): (points["x"].to_numpy(), points["y"].to_numpy())
            for name, points in table.groupby("function", sort=False)
        }

    def draws(self) -> tuple[Array, float]:
        """Draws of a truncated normal, float32 (draws,), and the uncut standard deviation."""
        stored = load_arrays(self._only("draws"))
        return stored["draws"], float(stored["stddev"])

    def sweeps(self) -> dict[str, pd.DataFrame]:
        """The table of variants of each sweep that has a finished run, by the sweep's name."""
        of_sweeps = [tables.read(path) for path in self._those("sweeps", ".csv")]
        return {str(table["experiment"].iloc[0]): table for table in of_sweeps if len(table)}

    def _those(self, need: str, suffix: str) -> list[Path]:
        return [path for path in self._files.get(need, []) if path.suffix == suffix]

    def _only(self, need: str) -> Path:
        paths = self._files.get(need, [])
        if len(paths) != 1:
            raise StudyError(f"this figure reads one file for {need!r}, but got {len(paths)}")
        return paths[0]
