"""The report as a reader has it: in a browser, without a network; and Snakemake's own report."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Reader
from finished_demo import CONFIG, read
from playwright.sync_api import Browser

from conftest import Checkout
from study import figures
from study.report import sections

LIMIT = 15_000_000


@pytest.fixture
def reader(browser: Browser, demo: Checkout) -> Iterator[Reader]:
    reader = Reader(browser, demo.path / "results" / "demo" / "report.html")
    yield reader
    reader.context.close()


# What the page says -------------------------------------------------------------------------------


def test_no_request_and_no_error(reader: Reader, demo: Checkout) -> None:
    experiments = read(demo.path / "results" / "demo" / "tables" / "experiments.csv")
    charts = 2 * len(experiments) + len(sections.COSTS)  # of loss and accuracy, and of all runs
    assert reader.page.locator(".chart svg").count() == charts
    assert reader.problems == []


def test_nothing_outside_is_referred_to(demo: Checkout) -> None:
    page = (demo.path / "results" / "demo" / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) < LIMIT
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    links = re.findall(r'<a href="([^"#][^"]{0,60})', markup)  # followed by nobody but the reader
    found = re.findall(r'(?:src|href)="([^"#][^"]{0,60})', markup)
    assert found
    outside = [address for address in found if not address.startswith("data:")]
    assert sorted(outside) == sorted(links)
    assert "default-src 'none'" in markup


def test_every_number_of_the_result_table_is_from_the_table_of_runs(
    reader: Reader, demo: Checkout
) -> None:
    runs = read(demo.path / "results" / "demo" / "tables" / "runs.csv")
    rows = reader.page.locator("section[aria-labelledby=results] tbody tr")
    assert rows.count() == len(runs)
    for index, run in enumerate(runs):
        cells = rows.nth(index).locator("td, th").all_inner_texts()
        low, high = float(run["accuracy_low"]), float(run["accuracy_high"])
        assert cells[3:6] == [
            f"{int(run['parameter_count']):,}",
            f"{float(run['accuracy']):.4f}",
            f"{low:.4f} – {high:.4f}",  # noqa: RUF001
        ]
        assert cells[8:10] == [
            f"{float(run['loss']):.4f}",
            f"{float(run['calibration_error']):.4f}",
        ]


def test_every_claim_is_on_the_scorecard(reader: Reader, demo: Checkout) -> None:
    claims = read(demo.path / "results" / "demo" / "tables" / "scorecard.csv")

    def rows(where: str) -> list[list[str]]:
        found = reader.page.locator(f"{where} tbody tr").evaluate_all(
            "rows => rows.map(row => [row.cells[1].textContent, row.dataset.reproduced])"
        )
        return sorted(found)

    marks = {
        "again": " (the same claim, judged again)",
        "check": " (a check: no tutorial states it)",
        "post_hoc": " (rule written after our first results)",
    }
    for claim in claims:
        claim["shown"] = claim["claim"] + "".join(m for key, m in marks.items() if claim[key])
    told = {claim["shown"]: claim["reproduced"] for claim in claims}
    assert rows("section[aria-labelledby=scorecard]") == sorted(map(list, told.items()))
    open_to_all = {
        claim["shown"]: claim["reproduced"]
        for claim in claims
        if not claim["check"] and claim["reproduced"] != "not comparable"
    }
    assert rows("#claims") == sorted(map(list, open_to_all.items()))
    counted = [claim for claim in claims if not claim["again"] and not claim["check"]]
    yes = sum(claim["reproduced"] == "yes" for claim in counted)
    assert reader.page.locator(".answer strong.yes").inner_text() == f"{yes} are reproduced"


def test_every_picture_has_a_description_and_loads(reader: Reader) -> None:
    pictures = reader.page.locator("img").evaluate_all(
        "images => images.map(image => [image.alt, image.naturalWidth])"
    )
    assert len(pictures) > 70
    assert all(len(text) > 10 and width > 100 for text, width in pictures)
    for chart in reader.page.locator(".chart").all():
        assert len(chart.get_attribute("aria-label") or "") > 10


def test_chart_data_is_the_history(demo: Checkout) -> None:
    results = demo.path / "results" / "demo"
    page = (results / "report.html").read_text(encoding="utf-8")
    section = page.partition('aria-labelledby="experiment-core_mlp"')[2]
    found = re.search(r'<script type="application/json">(.*?)</script>', section, re.DOTALL)
    assert found
    specification = json.loads(found[1])
    drawn = next(iter(specification["datasets"].values()))
    history = [
        row for row in read(results / "tables" / "histories.csv") if row["experiment"] == "core_mlp"
    ]
    for split, column in (("training", "loss"), ("validation", "val_loss")):
        values = [point["mean"] for point in drawn if point["split"] == split]
        assert values == pytest.approx([float(row[column]) for row in history], rel=1e-5)


# What the page does -------------------------------------------------------------------------------


def test_hovering_names_the_curve_and_its_value(reader: Reader) -> None:
    chart = reader.page.locator("[aria-labelledby=experiment-dropout_grid] .chart").first
    chart.scroll_into_view_if_needed()
    chart.hover(position={"x": 250, "y": 150})
    chart.hover(position={"x": 260, "y": 155})
    tip = reader.page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert re.search(r"Variant\s*dropout-0\.\d", tip.inner_text())
    assert re.search(r"Measured on\s*(training|test, watched)", tip.inner_text())
    assert re.search(r"Value\s*\d\.\d{4}", tip.inner_text())
    assert reader.problems == []


def test_a_check_box_takes_its_variant_out_of_both_charts(reader: Reader) -> None:
    section = reader.page.locator("[aria-labelledby=experiment-dropout_grid]")
    colour = "#0072B2"
    strokes = section.locator(f".chart svg .mark-line path[stroke='{colour}']")
    assert strokes.count() == 4  # training and test, in two charts
    box = section.get_by_role("checkbox", name="dropout-0.0")
    box.focus()
    reader.page.keyboard.press("Space")
    reader.page.wait_for_timeout(500)
    assert strokes.count() == 0
    assert section.locator(".chart svg .mark-line path[stroke='#D55E00']").count() == 4
    box.check()
    section.get_by_role("checkbox", name="training").uncheck()
    reader.page.wait_for_timeout(500)
    assert strokes.count() == 2
    assert reader.problems == []


def test_tables_sort_both_ways_by_mouse_and_keyboard(reader: Reader) -> None:
    table = reader.page.locator("section[aria-labelledby=results] table")
    cells = table.locator("tbody td:nth-child(5)")
    head = table.get_by_role("button", name="Test accuracy")
    head.click()
    rising = [float(text) for text in cells.all_inner_texts()]
    assert rising == sorted(rising)
    assert len(set(rising)) > 3
    head.focus()
    reader.page.keyboard.press("Enter")
    assert [float(text) for text in cells.all_inner_texts()] == rising[::-1]
    assert table.locator("th[aria-sort=descending]").count() == 1
    names = table.locator("tbody th[scope=row]")
    table.get_by_role("button", name="Variant").click()
    texts = names.all_inner_texts()
    assert texts[0].startswith("activation")
    assert texts[-1] == "wide-150"


def test_the_scorecard_can_be_narrowed(reader: Reader) -> None:
    rows = reader.page.locator("#claims tbody tr")
    assert rows.count() > 2
    rows.nth(1).evaluate("row => row.dataset.reproduced = 'no'")  # the demo has none
    reader.page.get_by_label("Show only what is not reproduced").check()
    left = [place for place, row in enumerate(rows.all()) if row.is_visible()]
    assert left == [1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, demo: Checkout, scheme: str) -> None:
    report = demo.path / "results" / "demo" / "report.html"
    reader = Reader(browser, report, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    reader.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
    shown = "[...document.querySelectorAll('.cards .lead')].map(e => getComputedStyle(e).display)"
    assert set(reader.page.evaluate(shown)) == {"block"}
    wide = "e => [...e].filter(f => f.scrollWidth > f.clientWidth).map(f => f.textContent)"
    assert reader.page.locator(".formulas dt").evaluate_all(wide) == []
    red, green, blue = (
        int(number)
        for number in re.findall(
            r"\d+",
            reader.page.evaluate("getComputedStyle(document.body).backgroundColor"),
        )[:3]
    )
    assert (red + green + blue > 600) == (scheme == "light")
    assert reader.problems == []
    reader.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_can_be_read_by_ear_and_by_keyboard(
    browser: Browser, demo: Checkout, scheme: str, width: int
) -> None:
    report = demo.path / "results" / "demo" / "report.html"
    size = {"width": width, "height": 900}
    reader = Reader(browser, report, viewport=size, color_scheme=scheme)
    reader.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(reader.page)
    assert found.violations_count == 0, found.generate_report()
    reader.context.close()


def test_print_shows_static_figures_on_few_pages(reader: Reader) -> None:
    reader.page.emulate_media(media="print")
    assert reader.page.locator("figure.static").first.is_visible()
    assert not reader.page.locator(".charts").first.is_visible()
    pages = reader.page.pdf(format="A4").count(b"/Type /Page\n")
    assert 10 < pages <= 25


def test_without_scripts_the_static_figures_are_there(browser: Browser, demo: Checkout) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((demo.path / "results" / "demo" / "report.html").as_uri())
    assert page.locator("figure.static").first.is_visible()
    assert not page.locator(".toggles").first.is_visible()
    context.close()


# Snakemake's own report ---------------------------------------------------------------------------


def test_snakemakes_report_is_a_whole_offline_archive(
    demo: Checkout, browser: Browser, tmp_path: Path
) -> None:
    done = demo.snakemake(*CONFIG, "--report", str(tmp_path / "archive.zip"))
    assert done.returncode == 0, done.stdout[-3000:]
    zipfile.ZipFile(tmp_path / "archive.zip").extractall(tmp_path)
    index = next(tmp_path.rglob("report.html"))
    names = {file.name for file in index.parent.rglob("*") if file.is_file()}
    assert {"runs.csv", "scorecard.csv", "comparison.svg", "lenet5.svg"} <= names
    context = browser.new_context(offline=True)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(index.as_uri())
    page.get_by_text("Inside the networks").click()
    page.get_by_text(figures.about("dropped_features")["TITLE"]).first.wait_for()
    for category in ("Building blocks", "Data", "Curves", "Predictions", "Report", "Results"):
        assert category in (index.parent / "report.html").read_text(encoding="utf-8")
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()
