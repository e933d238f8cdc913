"""The drawing page: one HTML file with trained models in it, which needs nothing beside itself."""

import base64
from collections.abc import Sequence

import jinja2
import numpy as np
from markupsafe import Markup

from study.drawing import STYLE, TEMPLATES, packing
from study.errors import StudyError
from study.prediction.classifiers import Classifier
from study.report.formats import percent
from study.report.page import environment

SCRIPTS = (
    "network.js", "explain.js", "state.js", "strokes.js", "board.js", "predictions.js", "layers.js",
    "units.js", "quiz.js",
)  # fmt: skip
"""The page's scripts: two that compute, one with what the page shares, and those around it."""


def title(classifiers: Sequence[Classifier]) -> str:
    """What a page of these models is called."""
    return f"{classifiers[0].dataset_title}: see what networks see"


def render(title: str, classifiers: Sequence[Classifier]) -> str:
    """The page as HTML.

    A visitor draws where the models' pictures are prepared as digits; otherwise test images are
    what there is to choose from.

    Args:
        title: of the page.
        classifiers: models for the same images and classes.

    Raises:
        StudyError: if they are not, or the page cannot compute a model.
    """
    first = classifiers[0]
    for other in classifiers[1:]:
        if (other.input_shape, list(other.class_names)) != (
            first.input_shape,
            list(first.class_names),
        ):
            raise StudyError(
                f"{other.name} and {first.name} cannot share a drawing page: their images or "
                "classes differ"
            )
    models, arrays = [], []
    for classifier in classifiers:
        model = classifier.load()
        layers, own = packing.described(model)
        models.append({
            "title": classifier.title, "accuracy": f"{percent(classifier.accuracy)} %",
            "parameters": model.count_params(), "layers": layers,
        })  # fmt: skip
        arrays += own
    images, labels = first.samples()
    draws = first.pictures == "mnist" and first.input_shape == (28, 28, 1)
    data = {
        "models": models,
        "weights": packing.packed(arrays),
        "classes": list(first.class_names),
        "shape": list(first.input_shape),
        "draws": draws,
        "samples": {
            "images": base64.b64encode(np.ascontiguousarray(images).tobytes()).decode("ascii"),
            "labels": labels.tolist(),
        },
    }
    return _template().render(
        title=title,
        models=models,
        dataset_title=first.dataset_title,
        shape=first.input_shape,
        draws=draws,
        samples=len(labels) > 0,
        samples_per_class=int(np.bincount(labels).max()) if len(labels) else 0,
        data=data,
        css=Markup(STYLE.read_text(encoding="utf-8") + _text("drawing.css")),  # noqa: S704 - files of this package
        scripts=Markup("\n".join(map(_text, SCRIPTS))),  # noqa: S704
    )


def _template() -> jinja2.Template:
    found = environment()
    found.loader = jinja2.FileSystemLoader(TEMPLATES)
    return found.get_template("drawing.html.j2")


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
