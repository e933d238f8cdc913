"""What docs/teaching.md has prepared the day before: a page to draw on, and the demo's report."""

import reading
from conftest import Checkout

GUIDE = reading.read(reading.DOCS / "teaching.md")


def test_a_day_before_the_lesson(demo: Checkout) -> None:
    draw, make = GUIDE.commands
    assert "digits.html" in reading.done(demo, draw)
    assert (demo.path / "results" / "drawing" / "digits.html").is_file()
    report = demo.path / "results" / "demo" / "report.html"
    assert f"The report: {report}" in reading.done(demo, make)
    assert report.is_file()
