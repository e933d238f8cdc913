"""The page's elements: names are text, rows have headers, links lead somewhere."""

import base64
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from small_study import CLAIM, figure, page, run, study

from study import tables
from study.report import environment

MARKUP = "</script><script>window.hacked = 1</script><img src=x onerror=hack()>"


@pytest.mark.parametrize("different", ["variant_title", "experiment_title", "question", "tutorial"])
def test_what_a_user_chooses_is_text(different: str) -> None:
    html = page(study(run(**{different: MARKUP})))
    assert "window.hacked" in html
    assert "<img src=x" not in html
    assert "<script>window" not in html


def test_other_names_are_text_too() -> None:
    names = dict.fromkeys(
        ("model", "dataset_title", "training.optimizer.name", "processor"), MARKUP
    )
    names["device_name"] = MARKUP
    claim = dict.fromkeys(CLAIM, MARKUP) | {"experiment": "grid", "reproduced": "no", "again": ""}
    claim |= {"seeds": 2}
    html = page(study(run(**names), claims=(claim,)), title=MARKUP)
    assert "<img src=x" not in html
    assert "<script>window" not in html
    assert f"<title>{MARKUP}" not in html


def test_a_deviation_that_the_test_set_explains_is_too_small_to_tell() -> None:
    """But where all seeds agree, zero is what was measured."""
    made = study(run("a"), run("b"))
    made["spread"] = pd.DataFrame(
        {
            "experiment": "grid",
            "variant": ["a", "b"],
            "seeds": 2,
            "accuracy_deviation": [0.002, 0.0],
            "deviation_of_images": [0.003, 0.003],
            "deviation_of_networks": 0.0,
        }
    )
    html = page(made)
    cells = re.findall(r'data-label="of the networks"[^>]*>(.*?)</td>', html)
    assert cells == ['<span class="soft">too small to tell</span>', "0.000"]


def test_sections_and_figures_have_permalinks(tmp_path: Path) -> None:
    html = page(study(run("a")), figure(tmp_path / "kernels", "inside", {"experiment": "grid"}))
    for anchor in re.findall(r'<a class="permalink" href="#([^"]+)"', html):
        assert html.count(f'id="{anchor}"') == 1, anchor
    linked = re.findall(r'<h2 id="([^"]+)">', html)
    assert "scorecard" in linked
    for name in linked:
        assert f'<a class="permalink" href="#{name}"' in html
    assert '<a class="permalink" href="#figure-kernels-' in html


def test_tables_can_be_saved_as_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = study(run("a"), run("b"))
    (link,) = re.findall(r'<a download="runs.csv" href="data:text/csv;base64,([^"]+)"', page(made))
    (tmp_path / "runs.csv").write_bytes(base64.b64decode(link))
    again = tables.read(tmp_path / "runs.csv")
    assert list(again["variant"]) == ["a", "b"]
    assert again["accuracy"].to_list() == made["runs"]["accuracy"].to_list()
    assert 'download="known.csv"' not in page(made), "a table without rows"
    monkeypatch.setattr(environment, "LARGEST", 10)
    assert "text/csv" not in page(made), "too large"


def test_the_commit_is_named(tmp_path: Path) -> None:
    assert environment.commit(tmp_path) == ""

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "--message", "One")
    named = environment.commit(tmp_path)
    assert re.fullmatch("[0-9a-f]{40}", named)
    (tmp_path / "file").write_text("two")
    assert environment.commit(tmp_path) == f"{named}, with changes that are not committed"
    assert f'<dd class="hash">{named}</dd>' in page(study(run("a")), commit=named)


def test_every_row_has_a_header() -> None:
    """A screen reader says it with each cell."""
    html = page(study(run("a"), run("b"), claims=(CLAIM,)))
    rows = [
        row
        for table in re.findall("<tbody>.*?</tbody>", html, re.DOTALL)
        for row in re.findall("<tr.*?</tr>", table, re.DOTALL)
    ]
    assert rows
    for row in rows:
        assert row.count('<th scope="row"') == 1, row


def test_the_costs_of_many_runs_are_folded() -> None:
    few = page(study(run("a"), run("b")))
    assert "Training took 20.0 s in total" in few
    assert "one by one" not in few
    many = page(study(*(run("a", seed=seed) for seed in range(41))))
    assert "<summary>41 runs, one by one</summary>" in many
