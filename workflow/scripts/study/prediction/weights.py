"""The weights of small trained models, as float16 in files that are committed: workflow/weights/.

`weights.json` says of each file which architecture it belongs to, and its SHA-256. There is nothing
to execute in them: the architecture is built from this package, and the file holds numbers.
"""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError
from study.files import atomic, hash_of, read_json

if TYPE_CHECKING:
    import keras

FOLDER = Path(__file__).parents[3] / "weights"
INDEX = "weights.json"

Row = dict[str, Any]


def index(folder: Path = FOLDER) -> list[Row]:
    """What there is: one entry per model, in their order.

    Each has `name`, `title`, `dataset_title`, `class_names`, `input_shape`, `pictures`, `model`,
    `parameters`, `accuracy` (on the test split, with these weights), `file` and `sha256`, and
    `samples` and `samples_sha256`, of a file with some test images.
    """
    entries: list[Row] = read_json(folder / INDEX)
    return entries


def save(model: "keras.Model", file: Path) -> None:
    """Write a model's weights in float16, in the order in which Keras has them.

    Raises:
        StudyError: if one is not finite, or too large for float16.
    """
    named = {
        f"{place:03}": np.asarray(weight, np.float16)
        for place, weight in enumerate(model.get_weights())
    }
    if not all(np.isfinite(array).all() for array in named.values()):
        raise StudyError(f"{file.name}: a weight is not finite in float16")
    with atomic(file) as temporary:
        np.savez_compressed(temporary, **named)  # type: ignore[arg-type]


def load(entry: Row, folder: Path = FOLDER) -> "keras.Model":
    """Build a model and give it its weights.

    Args:
        entry: of :func:`index`.
        folder: where its file is.

    Raises:
        StudyError: if the file is not the one that the entry names, or does not fit the model.
    """
    from study import models

    named = _arrays(folder / entry["file"], entry["sha256"])
    arrays = [named[name] for name in sorted(named)]
    shape, classes = tuple(entry["input_shape"]), len(entry["class_names"])
    model = models.build(entry["model"], shape, classes, **entry["parameters"])
    shapes = [weight.shape for weight in model.get_weights()]
    if shapes != [array.shape for array in arrays]:
        raise StudyError(
            f"{entry['file']} does not fit the architecture {entry['model']} of this version; "
            "`make weights` retrains the models"
        )
    model.set_weights([array.astype(np.float32) for array in arrays])
    return model


def save_samples(file: Path, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32]) -> None:
    """Write some test images (images, height, width, channels) and their labels."""
    with atomic(file) as temporary:
        np.savez_compressed(temporary, images=images, labels=labels)


def samples(
    entry: Row, folder: Path = FOLDER
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Some test images of an entry's dataset, and their labels.

    Raises:
        StudyError: if the file is not the one that the entry names.
    """
    stored = _arrays(folder / entry["samples"], entry["samples_sha256"])
    return stored["images"], stored["labels"]


def _arrays(file: Path, sha256: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a file by their names, after its hash was compared."""
    try:
        if hash_of(file) != sha256:
            raise StudyError(
                f"{file} is not the file that {INDEX} names (its SHA-256 differs); get it again "
                "from the repository"
            )
        with np.load(file, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise StudyError(f"{file} cannot be read ({error}); get it from the repository") from error
