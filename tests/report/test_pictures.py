"""Each picture stands on the page once, in its section, without a line in a template."""

from pathlib import Path

import pytest
from small_study import figure, page, run, study

from study.report.pictures import Gallery, blocks

RUNS = (run("a"), run("b"), run("a", experiment="other"))


def section(html: str, name: str) -> str:
    return html.split(f'<section aria-labelledby="{name}">')[1].split("</section>")[0]


@pytest.mark.parametrize("kind", ["curves", "predictions", "runs", "inside"])
def test_a_new_figure_appears_in_its_experiment(tmp_path: Path, kind: str) -> None:
    new = figure(tmp_path / "new", kind, {"experiment": "other", "note": "A note."})
    html = page(study(*RUNS), new)
    assert html.count("Some alternative text.") == 1
    own = section(html, "experiment-other")
    assert "Title of new" in own
    assert "Caption of new. A note." in own
    assert "data:image/svg+xml;base64," in own


@pytest.mark.parametrize("kind", ["curves", "predictions", "runs", "inside", "comparison"])
def test_a_figure_about_no_experiment_stands_beside_all_runs(tmp_path: Path, kind: str) -> None:
    html = page(study(*RUNS), figure(tmp_path / "new", kind, {}, {"experiment": "gone"}))
    assert html.count("Some alternative text.") == 2
    assert section(html, "comparison").count("Some alternative text.") == 2


def test_figures_of_data_and_of_building_blocks(tmp_path: Path) -> None:
    data = figure(tmp_path / "data", "data", {"dataset": "mnist"}, {"alt": "About no dataset."})
    html = page(study(*RUNS), data, figure(tmp_path / "new", "blocks", {"note": "So it is."}))
    assert "Some alternative text." in section(html, "data")
    assert "About no dataset." in section(html, "data")
    assert "So it is." in section(html, "blocks")


def test_a_sweeps_figure_is_on_no_studys_page(tmp_path: Path) -> None:
    html = page(study(*RUNS), figure(tmp_path / "sweep", "sweeps", {"sweep": "grid"}))
    assert "Some alternative text." not in html


def test_a_figure_that_draws_nothing_is_nothing(tmp_path: Path) -> None:
    html = page(study(*RUNS), figure(tmp_path / "nothing", "curves"))
    assert "Title of nothing" not in html


def test_the_static_form_stands_with_the_charts(tmp_path: Path) -> None:
    static = figure(tmp_path / "curves", "curves", {"experiment": "grid", "size": "static"})
    own = section(page(study(*RUNS), static), "experiment-grid")
    charts = own.partition("<div data-charts>")[2].partition("Solid lines")[0]
    assert charts.count('class="chart"') == 2
    assert '<figure class="static" id="figure-' in charts


def test_figures_stand_in_their_order(tmp_path: Path) -> None:
    about = {"experiment": "grid"}
    folders = [
        figure(tmp_path / name, "predictions", about, order=order)
        for name, order in (("a", 30), ("c", 5), ("b", 5))
    ]
    html = page(study(*RUNS), *folders)
    places = [html.index(f"Title of {name}") for name in ("b", "c", "a")]
    assert places == sorted(places)


def test_several_pictures_have_one_caption_and_say_what_distinguishes_them(tmp_path: Path) -> None:
    about = {"experiment": "grid", "seed": 0}
    each = figure(tmp_path / "new", "runs", about | {"variant": "a"}, about | {"variant": "b_c"})
    own = Gallery([each]).take("runs", experiment="grid")
    (block,) = blocks(own, {("variant", "grid/a"): "The first"})
    assert block.caption == "Caption of new."
    assert [label for _, label, _ in block.pictures] == ["The first", "b c"]
    html = page(study(*RUNS), each)
    assert html.count("Caption of new.") == 1


def test_the_smaller_file_is_embedded(tmp_path: Path) -> None:
    folder = figure(tmp_path / "new", "data", {})
    (found,) = Gallery([folder]).take()
    assert found.pictures[0].address.startswith("data:image/svg+xml;")
    (folder / "part" / "0.svg").write_text("x" * 10_000)
    assert found.pictures[0].address.startswith("data:image/png;")
    (folder / "part" / "0.png").unlink()
    assert found.pictures[0].address.startswith("data:image/svg+xml;")


def test_the_matrix_of_a_single_variant_stands_in_the_open(tmp_path: Path) -> None:
    about = {"experiment": "grid", "variant": "a"}
    each = figure(tmp_path / "confusion", "runs", about)
    for others, is_shown in ([], True), ([run("b")], False):
        html = section(page(study(run("a"), *others), each), "experiment-grid")
        shown, _, folded = html.partition("<summary>Runs in detail")
        assert ('id="figure-confusion-part-0"' in shown) == is_shown
        assert ('id="figure-confusion-part-0"' in folded) == (not is_shown)
    both = section(page(study(run("a", seed=3), run("b", seed=3)), each), "experiment-grid")
    assert "figure-confusion" not in both.partition("<summary>Runs in detail")[0]


def test_pictures_of_examples_are_marked(tmp_path: Path) -> None:
    about = {"experiment": "grid", "size": "small"}
    html = page(study(*RUNS), figure(tmp_path / "maps", "inside", about, photos=True))
    assert '<figure class="small photo" id="figure-maps-' in html
