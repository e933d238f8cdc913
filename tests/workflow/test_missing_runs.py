"""A report without one of its runs, and with titles that are markup."""

import json
import shutil

import pytest
from browsing import Reader
from finished_demo import CONFIG, RUNS, read
from playwright.sync_api import Browser

from conftest import Checkout, copy_repository, counts

MARKUP = "</script><script>window.hacked = 1</script><img src=x onerror=window.hacked=1>"
FAILED = "lenet5/wide/seed-0"


@pytest.fixture(scope="module")
def partial(demo: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The demo without one run's results, reported; some of its titles are markup."""
    checkout = copy_repository(tmp_path_factory.mktemp("partial"))
    shutil.copytree(demo.path / "results", checkout.path / "results")
    shutil.copytree(demo.path / ".snakemake" / "metadata", checkout.path / ".snakemake/metadata")
    for folder in ("runs", "checkpoints"):
        shutil.rmtree(checkout.path / "results" / "demo" / folder / FAILED)
    extra = [f"title={json.dumps(MARKUP)}", "missing=show"]
    extra += [f"experiments={{deep_cnn: {{title: {json.dumps(MARKUP)}}}}}"]
    done = checkout.snakemake(*CONFIG, "--config", *extra)
    assert done.returncode == 0, done.stdout[-3000:]
    return checkout


def test_a_missing_run_is_shown_as_missing(partial: Checkout, browser: Browser) -> None:
    results = partial.path / "results" / "demo"
    assert not (results / "runs" / FAILED).exists()
    runs = read(results / "tables" / "runs.csv")
    assert len(runs) == RUNS
    assert [run["variant"] for run in runs if run["status"] == "missing"] == ["wide"]
    claims = read(results / "tables" / "scorecard.csv")
    wide = [c for c in claims if c["experiment"] == "lenet5" and c["variant"] == "wide"]
    assert "missing" in {claim["reproduced"] for claim in wide}
    reader = Reader(browser, results / "report.html")
    assert f"1 of {RUNS} runs has no result" in reader.page.locator(".warning").inner_text()
    warning = reader.page.locator(".warning").inner_text()
    assert "logs/train/" in warning
    assert FAILED in warning
    rows = reader.page.locator("section[aria-labelledby=results] tbody tr")
    assert rows.count() == RUNS
    assert "missing" in rows.filter(has_text="lenet5").nth(3).inner_text()
    assert "missing" in reader.page.locator("#cost ~ div tbody tr").last.inner_text()
    # The others keep their colours.
    swatches = reader.page.locator("[aria-labelledby=experiment-lenet5] .toggles .swatch")
    assert swatches.last.get_attribute("style") == "background: #E69F00"
    assert reader.problems == []
    reader.context.close()


def test_markup_in_titles_is_text(partial: Checkout, browser: Browser) -> None:
    reader = Reader(browser, partial.path / "results" / "demo" / "report.html")
    assert reader.page.title() == MARKUP
    assert reader.page.locator("h1").inner_text() == MARKUP
    assert reader.page.locator("#experiment-deep_cnn").inner_text() == MARKUP
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.locator("img[src=x]").count() == 0
    reader.context.close()


def test_once_the_run_is_there_everything_is_shown_again(partial: Checkout) -> None:
    done = partial.snakemake("-n", "--quiet", "host", "reason", "rules", *CONFIG)
    planned = counts(done.stdout)
    # The run, and the longer one that continues where it ends.
    assert planned["train"] == 2
    assert planned["evaluate"] == 1, "one chunk has all runs of the experiment"
    assert planned["report"] == 1
