"""Trained models, as the study uses them again: built by this package's code, with stored numbers.

A `.keras` file describes its model, too, with names of classes and functions to call. Nothing of
that is read: whatever such a file says, only its weights are taken. It can come from another
machine, in a crate or from remote storage.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.errors import DamagedError, StudyError
from study.files import read_json

if TYPE_CHECKING:
    import keras

MODEL = "model.keras"


def load(folder: Path, input_shape: Sequence[int], classes: int) -> "keras.Model":
    """The model of a run that has finished; imports Keras.

    Args:
        folder: of the run, with its `run.json`.
        input_shape, classes: of its dataset.

    Returns:
        A model that maps float32 (batch, *input_shape) to (batch, classes), in the precision in
        which it was trained.

    Raises:
        StudyError: if a file is missing or broken, or its weights are of another architecture.
    """
    import keras

    from study import models

    try:
        run: dict[str, Any] = read_json(folder / "run.json")
        settings = run["settings"]
    except DamagedError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(folder / "run.json", error) from error
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(settings["precision"])
    try:
        model = models.seeded(run["seed"], settings, tuple(input_shape), classes)
        model.load_weights(folder / MODEL)
    except Exception as error:  # Keras, h5py and zipfile have errors of many kinds
        raise _unusable(folder / MODEL, error) from error
    finally:
        keras.config.set_dtype_policy(policy)
    return model


def _unusable(file: Path, error: Exception) -> StudyError:
    lines = str(error).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    return StudyError(f"{file} cannot be loaded ({said}); remove it and run the study again")
