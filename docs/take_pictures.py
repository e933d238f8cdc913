"""Take the README's pictures, of the published report and of the page to draw on: `make pictures`.

    python docs/take_pictures.py

Needs Playwright (it is among the development packages) and Debian's Chromium.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1400, 880

FIVE = [
    [(0.70, 0.22), (0.42, 0.22)],
    [
        (0.42, 0.22),
        (0.39, 0.47),
        (0.55, 0.43),
        (0.68, 0.52),
        (0.69, 0.66),
        (0.58, 0.79),
        (0.38, 0.75),
    ],
]
"""Strokes of a digit, as fractions of the board's width and height."""


def opened(browser: Browser, file: Path) -> Page:
    """A page once it is ready."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    return page


def of_report(browser: Browser, target: Path) -> None:
    """The curves of LeNet-5, in the section about it."""
    page = opened(browser, ROOT / "docs" / "results" / "report.html")
    heading = page.locator("section", has=page.locator("#experiment-lenet5")).locator("h3")
    heading.filter(has_text="Curves").first.evaluate("heading => heading.scrollIntoView()")
    page.wait_for_timeout(3000)  # charts are drawn as they come into sight
    page.screenshot(path=target)
    page.close()


def of_drawing(browser: Browser, target: Path) -> None:
    """A digit drawn with the mouse, and what the models make of it."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "study.drawing.command", "--out", scratch]
        subprocess.run(
            [*command, "--model", "digits"], cwd=ROOT / "workflow" / "scripts", check=True
        )
        page = opened(browser, Path(scratch, "digits.html"))
        board = page.locator("#board").bounding_box()
        assert board
        for stroke in FIVE:
            points = [
                (board["x"] + x * board["width"], board["y"] + y * board["height"])
                for x, y in stroke
            ]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=8)
            page.mouse.up()
        page.wait_for_timeout(500)
        page.screenshot(path=target)
        page.close()


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    program = shutil.which("chromium") or sys.exit("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        of_report(browser, IMAGES / "report.png")
        of_drawing(browser, IMAGES / "drawing.png")
        browser.close()


if __name__ == "__main__":
    main()
