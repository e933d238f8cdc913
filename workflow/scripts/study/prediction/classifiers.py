"""The models that pictures are shown to: those whose weights are committed, or trained runs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study import config as study_config
from study import prepared, stored_models
from study.config.plan import Run
from study.errors import StudyError
from study.files import read_json
from study.prediction import weights
from study.prediction.asking import MODEL, described
from study.words import listed, nearest

if TYPE_CHECKING:
    import keras

Probabilities = npt.NDArray[np.float64]
Samples = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]

BATCH = 500

SHOWN = 4
"""So many test images of each class are shown of a study's dataset."""


@dataclass(frozen=True)
class Classifier:
    """A trained model, and what a picture needs to be shown to it.

    Attributes:
        name: `experiment/variant`, by which it can be asked for.
        title: for people.
        dataset_title: what it was trained on.
        class_names: in the order of its outputs.
        input_shape: of an image, (height, width, channels).
        pictures: how a picture is prepared, see :mod:`study.preparation`.
        accuracy: on the test split.
        load: builds the model with its weights; imports Keras.
        samples: reads some of the images that `accuracy` is of, uint8 (images, height, width,
            channels), and their labels (images,): the first of each class.
    """

    name: str
    title: str
    dataset_title: str
    class_names: Sequence[str]
    input_shape: tuple[int, ...]
    pictures: str
    accuracy: float
    load: "Callable[[], keras.Model]"
    samples: "Callable[[], Samples]"


def committed(asked: Sequence[str]) -> list[Classifier]:
    """The models whose weights are in the repository.

    Args:
        asked: names, such as `digits` for all of that experiment or `digits/small`; empty: the
            models for digits.

    Raises:
        StudyError: if there is no such model.
    """
    entries = weights.index()
    known = [entry["name"] for entry in entries]
    names = _chosen(asked or ["digits"], known, "workflow/weights/")
    return [_of_entry(entry) for entry in entries if entry["name"] in names]


def trained(config: Path, asked: Sequence[str]) -> list[Classifier]:
    """The trained models of a study, one per variant: that of the first seed that has finished.

    Args:
        config: the study's config file.
        asked: names, such as `lenet5` for all of that experiment or `lenet5/wide`; empty: all.

    Raises:
        StudyError: if the study has no such variant, or it is not trained.
    """
    plan = study_config.load([config])
    results = Path("results") / plan.name
    finished: dict[str, Run] = {}
    for run in plan.reported:
        if (results / "runs" / run.id / MODEL).exists():
            finished.setdefault(f"{run.experiment}/{run.variant}", run)
    known = dict.fromkeys(f"{run.experiment}/{run.variant}" for run in plan.reported)
    names = _chosen(asked, list(known), str(config))
    untrained = [name for name in names if name not in finished]
    if untrained and (asked or not finished):
        raise StudyError(
            f"{listed(untrained[:5])} {'is' if len(untrained) == 1 else 'are'} not trained yet: "
            f"snakemake --cores 4 --configfile {config}"
        )
    asked_for = [finished[name] for name in names if name in finished]
    for run in asked_for:
        record = _read(results / "runs" / run.id / "run.json")
        if record.get("settings") != json.loads(json.dumps(run.settings)):
            raise StudyError(
                f"{run.experiment}/{run.variant} was trained with other settings than {config} has "
                f"now; train it again: snakemake --cores 4 --configfile {config}"
            )
    return [of_run(described(plan, run), results) for run in asked_for]


def of_run(about: dict[str, str], results: Path) -> Classifier:
    """The model of a run that has finished.

    Args:
        about: of :func:`described`.
        results: the folder of the study's results.

    Raises:
        StudyError: if a file is missing or broken, or the data has been prepared again since.
    """
    dataset = _read(results / "data" / about["dataset"] / "dataset.json")
    folder = results / "runs" / about["run"]
    if _read(folder / "run.json").get("data_fingerprint") != dataset["fingerprint"]:
        raise StudyError(
            f"{about['name']} was trained on other data than {about['dataset']} has now; run the "
            "study again"
        )

    def load() -> "keras.Model":
        return stored_models.load(folder, dataset["input_shape"], len(dataset["class_names"]))

    def samples() -> Samples:
        about_file = results / "data" / about["dataset"] / "dataset.json"
        data = prepared.load(about_file.with_name("examples.npz"), about_file)
        return first_of_each_class(*data.part(about["test"]), SHOWN)

    stored = prepared.load_arrays(folder / "predictions.npz")
    accuracy = float((stored["logits"].argmax(axis=1) == stored["labels"]).mean())
    return Classifier(
        about["name"], about["title"], about["dataset_title"], dataset["class_names"],
        tuple(dataset["input_shape"]), about["pictures"], accuracy, load, samples,
    )  # fmt: skip


def probabilities(classifier: Classifier, images: npt.NDArray[np.uint8]) -> Probabilities:
    """What a model says of images.

    Args:
        classifier: its model is loaded, so imports Keras.
        images: uint8 (images, height, width, channels).

    Returns:
        float64 (images, classes); each row sums to 1.
    """
    from study.training.outputs import are_probabilities, logits_of, scaled

    model = classifier.load()
    parts = []
    with logits_of(model):
        given = are_probabilities(model)
        for start in range(0, len(images), BATCH):
            outputs = model(scaled(images[start : start + BATCH]), training=False)
            parts.append(np.asarray(outputs, np.float64))
    outputs = np.concatenate(parts)
    powers = outputs if given else np.exp(outputs - outputs.max(axis=1, keepdims=True))
    summed: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return summed


def first_of_each_class(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32], number: int
) -> Samples:
    """The first images of each class, class by class, and their labels."""
    places = [
        place for label in np.unique(labels) for place in np.flatnonzero(labels == label)[:number]
    ]
    return images[places], labels[places]


def _read(file: Path) -> dict[str, Any]:
    """A JSON file of a study's results.

    Raises:
        StudyError: if it is missing or broken.
    """
    try:
        found: dict[str, Any] = read_json(file)
    except (OSError, ValueError) as error:
        raise StudyError(f"{file} cannot be read ({error}); run the study again") from error
    return found


def _chosen(asked: Sequence[str], known: list[str], where: str) -> list[str]:
    """The names that were asked for: a whole experiment, or one of its variants."""
    names = []
    for name in asked or known:
        own = [each for each in known if name in (each, each.partition("/")[0])]
        if not own:
            raise StudyError(f"{where} has no model {name!r}{nearest(name, known)}")
        names += own
    return list(dict.fromkeys(names))


def _of_entry(entry: dict[str, Any]) -> Classifier:
    return Classifier(
        entry["name"], entry["title"], entry["dataset_title"], entry["class_names"],
        tuple(entry["input_shape"]), entry["pictures"], entry["accuracy"],
        lambda: weights.load(entry), lambda: weights.samples(entry),
    )  # fmt: skip
