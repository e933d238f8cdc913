"""The documentation as a site: it builds without a network, and every page can be reached."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "docs"))

import build_site


def navigated(items: list[Any]) -> list[str]:
    """The pages of the navigation, in its order."""
    found = []
    for item in items:
        for target in item.values():
            found += navigated(target) if isinstance(target, list) else [target]
    return found


def test_the_navigation_has_every_guide() -> None:
    pages = navigated(build_site.NAVIGATION)
    assert all((ROOT / page).is_file() for page in pages)
    guides = {file.relative_to(ROOT).as_posix() for file in (ROOT / "docs").glob("*.md")}
    assert guides <= set(pages)


def test_the_site_needs_no_network(tmp_path: Path) -> None:
    build_site.build(ROOT, tmp_path / "site")
    for page in navigated(build_site.NAVIGATION):
        name = Path(page).with_suffix(".html")
        html = (tmp_path / "site" / name.parent / name.name.replace("README", "index")).read_text()
        assert "<h1" in html
        loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]+)"', html)
        assert [address for address in loaded if "canonical" not in address] == []


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    for page in build_site.PAGES:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).write_text("# A page\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("[x](nowhere.md)")
    with pytest.raises(SystemExit, match=r"docs/a\.md: the link to nowhere\.md leads nowhere"):
        build_site.stage(tmp_path, tmp_path / "staged")
