"""Showing pictures to models: each picture prepared, each prediction, each reason for none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from study import pictures
from study.prediction.asking import shown_name
from study.prediction.classifiers import Classifier, probabilities
from study.preparation import Prepared, prepare

Way = tuple[str, tuple[int, ...]]
"""A way of preparation, and the shape of the images for the networks."""

SIDE = 320
"""The most pixels along a side that a picture of the preparation has."""

TOP = 3
"""So many classes are told of each image."""


@dataclass(frozen=True)
class Prediction:
    """What a model says of one image: its most probable classes, and their probabilities."""

    classifier: Classifier
    top: list[tuple[str, float]]


@dataclass(frozen=True)
class Seen:
    """A file, and what became of it.

    Attributes:
        file: the picture.
        prepared: in each way that a model needs; empty if it could not be read.
        predictions: for each image of each such way, by the models that take it.
        reason: why there is no prediction; "" if there is one.
    """

    file: Path
    prepared: dict[Way, Prepared]
    predictions: dict[Way, list[list[Prediction]]]
    reason: str = ""


def of_files(files: Sequence[Path], classifiers: Sequence[Classifier]) -> list[Seen]:
    """Show pictures to models. A file that cannot be used does not keep the others from it.

    Args:
        files: of any kind.
        classifiers: each is loaded once.
    """
    ways = list(dict.fromkeys((c.pictures, c.input_shape) for c in classifiers))
    seen = [_prepared(file, ways) for file in files]
    for classifier in classifiers:
        way = (classifier.pictures, classifier.input_shape)
        places = [
            (each, place)
            for each in seen
            if way in each.prepared
            for place in range(len(each.prepared[way].found))
        ]
        if not places:
            continue
        images = np.stack([each.prepared[way].found[place].image for each, place in places])
        for (each, place), row in zip(places, probabilities(classifier, images), strict=True):
            best = np.argsort(-row, kind="stable")[:TOP]
            told = [(classifier.class_names[label], float(row[label])) for label in best]
            each.predictions[way][place].append(Prediction(classifier, told))
    return seen


def table(seen: Sequence[Seen]) -> pd.DataFrame:
    """One row per model and image found on a picture, and one per picture without a prediction."""
    rows = []
    for each in seen:
        for way, images in each.predictions.items():
            for number, of_image in enumerate(images):
                box = dict(
                    zip(("left", "top", "right", "bottom"),
                        each.prepared[way].found[number].box, strict=True)
                )  # fmt: skip
                for prediction in of_image:
                    row = {"picture": shown_name(each.file), "image": number + 1, **box}
                    row["model"] = prediction.classifier.name
                    for place, (label, probability) in enumerate(prediction.top, 1):
                        row |= {f"class_{place}": label, f"probability_{place}": probability}
                    rows.append({**row, "reason": ""})
        if each.reason:
            rows.append({"picture": shown_name(each.file), "reason": each.reason})
    columns = ["picture", "image", "left", "top", "right", "bottom", "model"]
    for place in range(1, TOP + 1):
        columns += [f"class_{place}", f"probability_{place}"]
    made = pd.DataFrame(rows, columns=[*columns, "reason"])
    whole = ["image", "left", "top", "right", "bottom"]
    return made.astype(dict.fromkeys(whole, "Int64"))


def _prepared(file: Path, ways: Sequence[Way]) -> Seen:
    if file.is_symlink() and not file.resolve().is_relative_to(file.parent.resolve()):
        # The page shows what it leads to, and may be published.
        return Seen(file, {}, {}, "it is a link out of the folder; put a copy in its place")
    try:
        picture = pictures.read(file)
    except pictures.PictureError as error:
        return Seen(file, {}, {}, str(error))
    made = {way: _shown(prepare(way[0], picture, way[1])) for way in ways}
    images: dict[Way, list[list[Prediction]]] = {
        way: [[] for _ in prepared.found] for way, prepared in made.items()
    }
    if any(images.values()):
        return Seen(file, made, images)
    reasons = [prepared.reason for prepared in made.values() if prepared.reason]
    return Seen(file, made, images, reasons[0] if reasons else "nothing was found on it")


def _shown(prepared: Prepared) -> Prepared:
    """With its steps as small as a page shows them: there may be thousands of pictures."""
    steps = []
    for name, step in prepared.steps:
        small = Image.fromarray(step)
        small.thumbnail((SIDE, SIDE))
        steps.append((name, np.asarray(small)))
    return replace(prepared, steps=steps)
