"""What tests of the drawing page share: pages of models, and how one draws on them."""

import base64
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
from playwright.sync_api import Browser, Page

import handwriting
from study.drawing import page
from study.prediction import classifiers
from study.prediction.classifiers import Classifier

NAMES = list("0123456789")
WIDTHS = (1400, 390)


def classifier(model: keras.Model, title: str = "A model", **different: Any) -> Classifier:
    """A model of a test, as `make draw` has the trained ones."""
    shape = model.input_shape[1:]
    images = np.random.default_rng(0).integers(0, 256, (20, *shape), np.uint8)
    labels = np.repeat(np.arange(10, dtype=np.int32), 2)
    about = {
        "name": f"tests/{title}", "title": title, "dataset_title": "Test", "class_names": NAMES,
        "input_shape": shape, "pictures": "mnist", "accuracy": 0.9,
        "load": lambda: model, "samples": lambda: (images, labels),
    }  # fmt: skip
    return Classifier(**{**about, **different})


def opened(browser: Browser, html: str, folder: Path, **context: Any) -> tuple[Page, list[str]]:
    """A page in the browser once it is ready, and what it complains of."""
    file = folder / "page ü.html"
    file.write_text(html, encoding="utf-8")
    found = browser.new_context(offline=True, **context).new_page()
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text))
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on(
        "request",
        lambda request: (
            complaints.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:"))
            else None
        ),
    )
    found.goto(file.as_uri())
    found.wait_for_selector("html[data-ready]")
    return found, complaints


def rendered(*classifiers: Classifier) -> str:
    return page.render("A page", classifiers)


@functools.cache
def committed(name: str) -> str:
    """The page of the models that come with the repository."""
    return rendered(*classifiers.committed([name]))


@contextmanager
def visited(browser: Browser, name: str, folder: Path, width: int) -> Iterator[Page]:
    """The page of the repository's models; what the browser complains of fails the test."""
    viewport = {"width": width, "height": 900}
    found, complaints = opened(browser, committed(name), folder, viewport=viewport)
    yield found
    assert complaints == []
    assert found.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found.context.close()


def draw(found: Page, digit: int, seed: int = 0, size: float = 0.62) -> None:
    """Draw a digit on the board with the mouse, as one hand might write it."""
    found.locator("#board").scroll_into_view_if_needed()
    frame = found.locator("#board").bounding_box()
    assert frame
    for stroke in handwriting.curves(digit, np.random.default_rng([seed, digit])):
        points = frame["x"] + frame["width"] * (0.5 + size * stroke[:, 0])
        rows = frame["y"] + frame["height"] * (0.5 + size * stroke[:, 1])
        found.mouse.move(points[0], rows[0])
        found.mouse.down()
        for x, y in zip(points[3::4], rows[3::4], strict=True):
            found.mouse.move(x, y)
        found.mouse.up()


def predicted(found: Page) -> list[str]:
    """The class that each model takes the image for."""
    texts = found.locator(".prediction-card .top").all_inner_texts()
    return [text.split()[0] for text in texts]


def is_whole() -> bool:
    """Whether all test images are wanted, as `make drawing` wants them."""
    return os.environ.get("WHOLE") == "1"


def probabilities(found: Page, place: int, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the page's model says of images, uint8 (images, height, width, channels).

    Returns:
        float64 (images, classes), and the milliseconds that each image took, (images,), in the
        browser's steps of 0.1.
    """
    rows, milliseconds = found.evaluate(
        """([place, text]) => {
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            const size = HEIGHT * WIDTH * CHANNELS, rows = [], times = [];
            for (let i = 0; i < bytes.length; i += size) {
              const data = Float32Array.from(bytes.subarray(i, i + size), value => value / 255);
              const image = tensor(HEIGHT, WIDTH, CHANNELS, data);
              const start = performance.now(), result = compute(models[place], image);
              times.push(performance.now() - start);
              rows.push([...result.probabilities]);
            }
            return [rows, times];
        }""",
        [place, base64.b64encode(np.ascontiguousarray(images).tobytes()).decode("ascii")],
    )
    return np.array(rows), np.array(milliseconds)
