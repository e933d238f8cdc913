"""The drawing page as a visitor has it."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from drawn import WIDTHS, committed, draw, opened, predicted, visited
from PIL import Image
from playwright.sync_api import Browser, Page

from study.preparation import prepare


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with visited(browser, "digits", tmp_path, request.param) as found:
        yield found


def cleared(page: Page) -> Page:
    page.locator("#clear").click()
    return page


def test_all_ten_digits_are_read(page: Page) -> None:
    wrong = []
    for digit in range(10):
        draw(page, digit)
        said = dict(
            zip(("softmax", "mlp", "lenet5", "tiny", "small"), predicted(page), strict=True)
        )
        wrong += [(digit, model, label) for model, label in said.items() if label != str(digit)]
        cleared(page)
    models = [model for _, model, _ in wrong]
    assert "small" not in models, wrong
    assert max(map(models.count, ("mlp", "lenet5", "tiny"))) <= 1, wrong


def test_the_image_is_prepared_as_in_python(page: Page) -> None:
    for digit in (0, 2, 4, 7, 8):
        draw(page, digit, size=0.75)
        ink = np.array(page.evaluate("[...inkOf(state.strokes, PEN).ink]")).reshape(280, 280)
        picture = Image.fromarray((255 * (1 - ink)).astype(np.uint8))
        (found,) = prepare("mnist", picture, (28, 28, 1)).found
        here = np.array(page.evaluate("[...state.image]")).reshape(28, 28)
        assert here.max() == 255
        # The centre of mass may lie between two pixels, and be rounded either way.
        moved = [np.roll(here, by, (0, 1)) for by in itertools.product((-1, 0, 1), repeat=2)]
        there = found.image.ravel()
        assert max(np.corrcoef(each.ravel(), there)[0, 1] for each in moved) > 0.9, digit
        cleared(page)


def test_undo_erase_and_clear(page: Page) -> None:
    ink = "state.image ? state.image.reduce((a, b) => a + b, 0) : 0"
    draw(page, 5)
    strokes = page.evaluate("state.strokes.length")
    whole = page.evaluate(ink)
    page.locator("#eraser").click()
    frame = page.locator("#board").bounding_box()
    assert frame
    page.mouse.move(frame["x"] + 2, frame["y"] + frame["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] - 2, frame["y"] + frame["height"] * 0.3, steps=9)
    page.mouse.up()
    assert page.evaluate(ink) != whole
    page.locator("#undo").click()
    assert page.evaluate(ink) == whole
    for _ in range(strokes):
        page.locator("#undo").click()
    assert page.evaluate(ink) == 0
    assert page.locator("#undo").is_disabled() and page.locator("#clear").is_disabled()
    assert page.locator("#said").inner_text() == "Nothing is drawn yet."


def test_the_keyboard_draws(page: Page) -> None:
    page.locator("#board").focus()
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        page.keyboard.press(key)
    assert page.evaluate("state.strokes.length") == 1
    assert predicted(page)[2:] == ["1", "1", "1"]
    assert page.locator("#said").inner_text().endswith("Small CNN: 1.")


def test_a_test_image_is_taken_and_left(page: Page) -> None:
    page.get_by_role("button", name="Test image 15: 7").click()
    assert predicted(page) == ["7"] * 5
    assert page.locator("#said").inner_text().startswith("It is labelled 7.")
    draw(page, 3)
    assert page.evaluate("state.sample") is None
    assert predicted(page)[-1] == "3"


def test_the_quiz_counts(page: Page) -> None:
    page.locator("#start-quiz").click()
    for place in range(10):
        asked = page.locator("#quiz strong").inner_text()
        assert f"({place + 1} of 10)" in page.locator("#quiz").inner_text()
        draw(page, 1 if place == 0 and asked != "1" else int(asked))
        page.locator("#quiz-done").click()
    said = page.locator("#quiz").inner_text()
    scores = dict(re.findall(r"([A-Z][\w -]+?) (\d+)[,.]", said.split("digits: ")[1]))
    assert scores.keys() == {"Softmax regression", "MLP", "LeNet-5", "Tiny CNN", "Small CNN"}
    assert int(scores["Small CNN"]) >= 9
    assert page.locator("#start-quiz").inner_text() == "Quiz"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["digits", "clothes"])
def test_nothing_keeps_people_from_using_it(
    browser: Browser, tmp_path: Path, name: str, scheme: str
) -> None:
    for width in WIDTHS:
        viewport = {"width": width, "height": 900}
        page, complaints = opened(
            browser, committed(name), tmp_path, viewport=viewport, color_scheme=scheme
        )
        if name == "digits":
            draw(page, 6)
        page.locator("canvas[data-layer]").first.focus()
        page.keyboard.press("ArrowRight")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert complaints == []
        page.context.close()


def test_clothes_are_chosen(browser: Browser, tmp_path: Path) -> None:
    page, complaints = opened(browser, committed("clothes"), tmp_path)
    page.get_by_role("button", name="Test image 3: Trouser").click()
    assert predicted(page) == ["Trouser", "Trouser"]
    assert page.locator("#pen, #quiz, #start-quiz").count() == 0
    assert complaints == []


def test_the_page_says_what_it_needs(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(committed("digits"), encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(file.as_uri())
    assert "too old for this page" in page.locator("#trouble").inner_text()
