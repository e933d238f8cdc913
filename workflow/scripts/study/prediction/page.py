"""The page of predictions: each picture, the steps of its preparation, and what models predict."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from study.files import atomic, write_text
from study.pictures import Pixels
from study.prediction.asking import shown_name
from study.prediction.classifiers import Classifier
from study.prediction.predictions import Seen, table
from study.preparation import Prepared
from study.report.page import environment


def render(title: str, seen: Sequence[Seen], classifiers: Sequence[Classifier]) -> str:
    """The page as HTML; it needs nothing beside itself.

    Args:
        title: what the pictures are.
        seen: of :func:`study.prediction.predictions.of_files`.
        classifiers: the models that were asked.
    """
    return (
        environment()
        .get_template("predictions.html.j2")
        .render(
            title=title,
            classifiers=classifiers,
            pictures=[_picture(each) for each in seen if each.predictions],
            unused=[(shown_name(each.file), each.reason) for each in seen if each.reason],
        )
    )


def write(folder: Path, name: str, seen: Sequence[Seen], classifiers: Sequence[Classifier]) -> None:
    """Write the page and the table of predictions.

    Args:
        folder: gets `index.html` and `predictions.csv`.
        name: of the folder of pictures.
        seen, classifiers: as of :func:`render`.
    """
    with atomic(folder / "predictions.csv") as temporary:
        table(seen).to_csv(temporary, index=False, lineterminator="\n", float_format="%.6f")
    write_text(folder / "index.html", render(f"Predictions for {name}", seen, classifiers))


def _picture(seen: Seen) -> dict[str, Any]:
    return {
        "name": shown_name(seen.file),
        "ways": [
            {
                "steps": _steps(prepared),
                "left_out": len(prepared.left_out),
                "reason": prepared.reason,
                "images": [
                    {
                        "image": _address(_plain(found.image), pixelated=True),
                        "predictions": [
                            {"title": prediction.classifier.title, "top": prediction.top}
                            for prediction in predictions
                        ],
                    }
                    for found, predictions in zip(
                        prepared.found, seen.predictions[way], strict=True
                    )
                ],
            }
            for way, prepared in seen.prepared.items()
        ],
    }


def _steps(prepared: Prepared) -> list[tuple[str, str]]:
    """Name and address of each step; what was found or left out has its box in the first one."""
    steps = []
    for place, (name, pixels) in enumerate(prepared.steps):
        picture = Image.fromarray(pixels).convert("RGB")
        if place == 0 and len(prepared.steps) > 1:
            factor = picture.width / prepared.width
            drawing = ImageDraw.Draw(picture)
            line = max(1, max(picture.size) // 200)
            boxes = [(found.box, "#D55E00") for found in prepared.found]
            boxes += [(box, "#999999") for box in prepared.left_out]
            for box, colour in boxes:
                drawing.rectangle([side * factor for side in box], outline=colour, width=line)
        steps.append((name, _address(np.asarray(picture))))
    return steps


def _plain(image: Pixels) -> Pixels:
    return image[..., 0] if image.shape[-1] == 1 else image


def _address(pixels: npt.NDArray[np.uint8], pixelated: bool = False) -> str:
    """A picture as a data address."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG" if pixelated else "WEBP")
    kind = "png" if pixelated else "webp"
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"
