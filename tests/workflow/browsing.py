"""A page as a reader has it: in a browser, without a network."""

from pathlib import Path

from playwright.sync_api import Browser, Page


class Reader:
    """A page of the browser that notes what a reader should never meet."""

    def __init__(
        self, browser: Browser, report: Path, ready: str = "html[data-ready=yes]", **options: object
    ) -> None:
        self.context = browser.new_context(offline=True, **options)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._requested)
        self.page.goto(report.as_uri())
        self.page.wait_for_selector(ready, timeout=60_000)

    def _requested(self, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith(("data:", "file:")):
            self.problems.append(f"a request: {url}")
