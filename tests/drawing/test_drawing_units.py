"""What the drawing page shows of the inside of a network: units, and how they come about."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn import WIDTHS, draw, visited
from playwright.sync_api import Browser, Page

AFTER_LAYOUT = """() => new Promise(done => requestAnimationFrame(
    () => setTimeout(() => done($("layers").clientWidth))))"""
"""How wide the layers may be, once they have been laid out."""


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with visited(browser, "digits", tmp_path, request.param) as found:
        yield found


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def last_numbers(page: Page, rows: str) -> list[float]:
    """The number at the end of each row of the unit's table."""
    return [number(row.locator("td").last.inner_text()) for row in page.locator(rows).all()]


def multiplied(factors: list[str], product: str) -> None:
    """Whether numbers of three decimals can be two factors and their product."""
    value, weight = map(number, factors)
    slack = 0.0015 + 0.0005 * (abs(value) + abs(weight))
    assert value * weight == pytest.approx(number(product), abs=slack)


def check_sum(page: Page) -> float:
    """The numbers of the unit that is chosen add up to the sum that is shown; returns it."""
    total = last_numbers(page, ".sums tfoot tr")[0]
    cells = [cell.locator("span, b").all_inner_texts() for cell in page.locator(".cells td").all()]
    rows = [row.locator("td").all_inner_texts() for row in page.locator(".sums tbody tr").all()]
    for *factors, product in [row for row in rows if len(row) == 3 and row[0]]:
        multiplied(factors, product)
    if page.locator(".sums tfoot th").first.inner_text() == "the largest":
        assert max(number(cell) for [cell] in cells) == total
        assert page.locator(".cells td.most").count() >= 1
        return total
    for value, weight, product in cells:
        multiplied([value, weight.removeprefix("×")], product)
    summed = last_numbers(page, ".sums tbody tr")
    if cells:
        of_map = sum(number(cell[-1]) for cell in cells)
        assert of_map == pytest.approx(summed[0] if summed else total, abs=1e-9)
    if summed:
        assert sum(summed) == pytest.approx(total, abs=1e-9)
    return total


def test_the_arithmetic_of_every_layer_adds_up(page: Page) -> None:
    draw(page, 8)
    for model in ("Softmax regression", "MLP", "LeNet-5", "Tiny CNN", "Small CNN"):
        page.get_by_role("radio", name=model).check()
        assert page.locator("#inside-model").inner_text() == model
        layers = page.locator("canvas[data-layer]")
        for place in range(layers.count()):
            layers.nth(place).focus()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowDown")
            total = check_sum(page)
            told = page.evaluate(
                """() => {
                  const {layer, y, x, channel} = state.unit;
                  const {sums, outputs} = state.results[state.chosen];
                  const at = (y * sums[layer].width + x) * sums[layer].channels + channel;
                  return [sums[layer].data[at], outputs[layer].data[at]];
                }"""
            )
            title = page.locator("#unit h3").inner_text()
            assert told[0] == pytest.approx(total, abs=6e-4), title
            foot = last_numbers(page, ".sums tfoot tr")
            assert told[1] == pytest.approx(foot[-1], abs=6e-4), title
            said = page.locator("#unit-said").text_content() or ""
            assert said.startswith(title) and number(said.split(": ")[-1]) == foot[-1]


def test_a_convolution_shows_the_window_in_each_map(page: Page) -> None:
    draw(page, 8)
    page.locator("#layer-2 canvas").focus()
    for key in ["ArrowRight"] * 4 + ["ArrowDown"] * 3:
        page.keyboard.press(key)
    frames = page.locator("#layer-1 .mark.window")
    assert frames.count() == 6, "one in each map that the unit reads"
    totals = []
    for place in range(6):
        page.locator("#map").select_option(index=place)
        check_sum(page)
        assert page.evaluate("document.activeElement.id") == "map"
        row = page.locator(".sums tbody tr").first
        assert row.locator("th").inner_text() == f"input map {place + 1}, above"
        totals.append(number(row.locator("td").inner_text()))
    assert len(set(totals)) > 1
    assert frames.count() == 6
    # The frame of the first map lies around the rows and columns that are multiplied.
    canvas, frame = page.locator("#layer-1 canvas").bounding_box(), frames.first.bounding_box()
    assert canvas and frame
    unit = canvas["width"] / page.evaluate("document.querySelector('#layer-1 canvas').width")
    y, x = page.evaluate("[state.unit.y, state.unit.x]")
    assert frame["x"] + 2 == pytest.approx(canvas["x"] + x * unit, abs=0.6)
    assert frame["y"] + 2 == pytest.approx(canvas["y"] + y * unit, abs=0.6)
    assert frame["width"] - 4 == pytest.approx(5 * unit, abs=0.6)


def test_a_last_layer_explains_the_probability(page: Page) -> None:
    draw(page, 8)
    for model in ("Softmax regression", "MLP"):
        page.get_by_role("radio", name=model).check()
        page.locator("canvas[data-layer]").last.focus()
        for _ in range(9):
            page.keyboard.press("ArrowRight")
        assert page.locator("#unit h3").inner_text().endswith("class 8")
        text = page.locator("#unit p").last.inner_text()
        power, total, told = re.findall(
            r"(?:= |classes, |probability )([\d.,e\N{MINUS SIGN}+]+\d)", text
        )
        power, total, told = (number(one.replace(",", "")) for one in (power, total, told))
        assert power / total == pytest.approx(told, rel=2e-3)
        place = {"Softmax regression": 0, "MLP": 1}[model]
        assert told == pytest.approx(
            page.evaluate(f"state.results[{place}].probabilities[8]"), rel=1e-3
        )


def test_a_click_chooses_the_unit_below_it(page: Page) -> None:
    draw(page, 8)
    canvas = page.locator("canvas[data-layer]").first
    frame = canvas.bounding_box()
    assert frame
    zoom = frame["width"] / page.evaluate("document.querySelector('canvas[data-layer]').width")
    canvas.click(position={"x": (29 + 10.5) * zoom, "y": 5.5 * zoom})
    assert page.locator("#unit h3").inner_text() == "convolution 1, map 2, row 6, column 11"
    page.evaluate(AFTER_LAYOUT)  # the board has lost the focus: the page draws once more
    mark = page.locator(".mark.unit").bounding_box()
    frame = canvas.bounding_box()
    assert mark and frame
    assert mark["x"] + mark["width"] / 2 == pytest.approx(frame["x"] + 39.5 * zoom, abs=0.6)
    assert mark["y"] + mark["height"] / 2 == pytest.approx(frame["y"] + 5.5 * zoom, abs=0.6)


def test_layers_fill_the_window_as_it_changes(page: Page) -> None:
    draw(page, 8)
    page.locator("canvas[data-layer]").first.click(position={"x": 30, "y": 20})
    chosen = page.locator("#unit h3").inner_text()
    for width in (1000, 390, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        room = page.evaluate(AFTER_LAYOUT)
        assert page.locator("#layer-0 .maps").bounding_box()["width"] > 0.6 * min(room, 6 * 112)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("#unit h3").inner_text() == chosen
        assert page.locator(".mark.unit").count() == 1
    page.set_viewport_size({"width": 390, "height": 900})
