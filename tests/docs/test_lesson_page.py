"""What docs/teaching.md lets students draw, drawn on the page of the small models."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from study.drawing import page
from study.prediction import classifiers

A = [[(0.2, 0.9), (0.5, 0.1), (0.8, 0.9)], [(0.32, 0.6), (0.68, 0.6)]]
EIGHT = [
    [(0.60, 0.20), (0.50, 0.12), (0.36, 0.20), (0.38, 0.35), (0.60, 0.50), (0.68, 0.70),
     (0.55, 0.88), (0.38, 0.85), (0.32, 0.70), (0.42, 0.52), (0.60, 0.38), (0.62, 0.25)],
]  # fmt: skip
ITS_LEFT_SIDE = [[(0.25, y), (0.38, y)] for y in (0.2, 0.27, 0.34, 0.6, 0.68, 0.76)]


def draw(found: Page, strokes: list[list[tuple[float, float]]]) -> None:
    """Draw with the chosen tool; places are fractions of the drawing area."""
    frame = found.locator("#board").bounding_box()
    assert frame
    for stroke in strokes:
        for place, (x, y) in enumerate(stroke):
            target = frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y
            found.mouse.move(*target, steps=8 if place else 1)
            if not place:
                found.mouse.down()
        found.mouse.up()


def predicted(found: Page) -> dict[str, tuple[str, float]]:
    """The class that each model takes the drawing for, and its probability."""
    cards = {}
    for card in found.locator(".prediction-card").all():
        label, percent, _ = card.locator(".top").inner_text().split()
        cards[card.inner_text().splitlines()[0].strip()] = label, float(percent) / 100
    return cards


def test_an_a_is_a_4_and_half_an_8_is_a_3(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "digits.html"
    models = classifiers.committed(["digits"])
    html = page.render("Digits", models)
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
    found = context.new_page()
    found.goto(file.as_uri())
    found.wait_for_selector("html[data-ready]")
    draw(found, A)
    said = predicted(found)
    assert len(said) == len(models)
    assert [label for label, probability in said.values() if probability > 0.9].count("4") >= 3
    found.locator("#clear").click()
    draw(found, EIGHT)
    assert {label for label, _ in predicted(found).values()} == {"8"}
    found.locator("#eraser").click()
    draw(found, ITS_LEFT_SIDE)
    assert [label for label, _ in predicted(found).values()].count("3") >= 4
    context.close()
