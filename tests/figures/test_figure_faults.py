"""Studies that earlier figures got wrong or could not draw."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_figures_study import IMAGES, Rows, all_tables, results, run

from study import figures, tables
from study.files import read_json
from study.palette import colour
from study.results import Results

NOT_TABLES = ("activations", "augmented", "functions", "draws", "sweeps")
OF_TABLES = [
    name for name in figures.names() if not set(NOT_TABLES) & set(figures.about(name)["NEEDS"])
]


def drawn(name: str, found: Results, folder: Path) -> list[dict]:
    """Draw a figure, and give what its pictures.json says of the pictures."""
    figures.draw_all(name, found, folder / name)
    return read_json(folder / name / "pictures.json")["pictures"]


@pytest.mark.parametrize("name", OF_TABLES)
def test_variants_may_be_called_by_numbers(name: str, tmp_path: Path) -> None:
    runs = [run("e", "10"), run("e", "20", place=1), run("e", "1e3", place=2)]
    pictures = drawn(name, results(tmp_path, all_tables(runs)), tmp_path)
    assert pictures
    variants = [picture["variant"] for picture in pictures if "variant" in picture]
    assert variants in ([], ["10", "20", "1e3"])


@pytest.mark.parametrize("name", OF_TABLES)
def test_an_experiment_may_be_a_grid_over_datasets(name: str, tmp_path: Path) -> None:
    runs = [
        run("e", "on-digits"),
        run("e", "on-clothes", place=1, dataset="clothes", **{"splits.validation": ""}),
    ]
    assert drawn(name, results(tmp_path, all_tables(runs)), tmp_path)


def test_class_accuracy_of_two_datasets_has_two_panels(tmp_path: Path) -> None:
    runs = [run("e", "x"), run("e", "y", place=1, dataset="clothes")]
    found = results(tmp_path, all_tables(runs))
    (picture,) = figures.pictures("class_accuracy", found)
    axes = picture.draw().axes
    assert [panel.get_title(loc="left") for panel in axes] == ["The digits", "The clothes"]
    labels = [[label.get_text() for label in panel.get_yticklabels()] for panel in axes]
    assert labels == [["0", "1"], ["shirt", "coat", "bag"]]


@pytest.mark.parametrize("name", OF_TABLES)
def test_missing_runs_are_left_out(name: str, tmp_path: Path) -> None:
    runs = [
        run("e", "a", status="missing"),
        run("e", "b", place=1),
        run("e", "c", 0, place=2, status="missing"),
        run("e", "c", 1, place=2),
        run("f", "a", status="missing"),
    ]
    pictures = drawn(name, results(tmp_path, all_tables(runs)), tmp_path)
    assert pictures
    assert not [p for p in pictures if p.get("experiment") == "f"]
    assert {p["variant"] for p in pictures if "variant" in p} in (set(), {"b", "c"})


@pytest.mark.parametrize("name", [n for n in OF_TABLES if figures.about(n)["SECTION"] != "data"])
def test_a_figure_with_nothing_to_draw_yields_nothing(name: str, tmp_path: Path) -> None:
    runs = [run(status="missing"), run("f", status="missing")]
    assert drawn(name, results(tmp_path, all_tables(runs)), tmp_path) == []


def test_colours_do_not_change_when_a_run_is_missing(tmp_path: Path) -> None:
    def colours(runs: Rows, folder: Path) -> list[str]:
        (picture,) = figures.pictures("comparison", results(folder, all_tables(runs)))
        return [c.lines[0].get_color() for c in picture.draw().axes[0].containers]

    runs = [run("e"), run("f"), run("g")]
    assert colours(runs, tmp_path / "all") == [colour(0), colour(1), colour(2)]
    runs[0] = run("e", status="missing")
    assert colours(runs, tmp_path / "two") == [colour(1), colour(2)]


@pytest.mark.parametrize(("train", "first"), [(40, "40"), (1437, "1,437"), (2000, "1,500")])
def test_class_distribution_says_how_many_images_it_counts(
    train: int, first: str, tmp_path: Path
) -> None:
    found = results(tmp_path, all_tables([run()]), train)
    (picture,) = figures.pictures("class_distribution", found)
    assert picture.note == f"The first {first} of {train:,} training images; {IMAGES} in test."
    assert f"the first {first} training images" in picture.alt
    panels = picture.draw().axes
    assert panels[0].get_title(loc="left") == f"First {first} of training"
    counts = [sum(bar.get_width() for bar in panel.patches) for panel in panels]
    assert counts == [min(train, 1500), train, IMAGES]
    assert "1,500" not in figures.about("class_distribution")["CAPTION"]


def test_a_perfect_accuracy_is_drawn_at_half_an_images_error(tmp_path: Path) -> None:
    runs = [
        run(accuracy=1.0, accuracy_low=0.76, accuracy_high=1.0),
        run("f", accuracy=0.95, accuracy_high=1.0),
    ]
    (picture,) = figures.pictures("comparison", results(tmp_path, all_tables(runs)))
    panel = picture.draw().axes[0]
    marks = [container.lines[0].get_xydata()[0].tolist() for container in panel.containers]
    np.testing.assert_allclose(marks, [[100, 0.5 / IMAGES], [100, 0.05]])
    bars = [c.lines[2][0].get_segments()[0][:, 1].tolist() for c in panel.containers]
    np.testing.assert_allclose(bars, [[0.5 / IMAGES, 0.24], [0.5 / IMAGES, 0.4]])
    bottom, top = panel.get_ylim()
    assert top < 0.5 / IMAGES < 0.24 < bottom
    assert "half an image's error" in picture.note


def test_without_a_perfect_accuracy_nothing_is_said_of_it(tmp_path: Path) -> None:
    (picture,) = figures.pictures("comparison", results(tmp_path, all_tables([run()])))
    assert picture.note == ""


def test_a_cost_of_zero_has_no_mark_and_does_no_harm(tmp_path: Path) -> None:
    found = results(tmp_path, all_tables([run(train_seconds=0.0)]))
    (picture,) = figures.pictures("comparison", found)
    assert [len(panel.containers) for panel in picture.draw().axes] == [1, 0, 1]
    assert drawn("comparison", found, tmp_path)


def test_with_several_seeds_intervals_are_those_of_the_tables(tmp_path: Path) -> None:
    runs = [run(), run(seed=1)]
    made = all_tables(runs)
    (picture,) = figures.pictures("class_accuracy", results(tmp_path, made))
    axes = picture.draw().axes[0]
    ends = {tuple(s[:, 0]) for s in axes.collections[0].get_segments()}
    low, high = made["class_means"]["accuracy_low"], made["class_means"]["accuracy_high"]
    assert ends == set(zip(low, high, strict=True))


def test_panels_are_limited_and_the_note_says_so(tmp_path: Path) -> None:
    runs = [run("e", f"v{place}", place=place) for place in range(30)]
    found = results(tmp_path, all_tables(runs))
    for name in ("reliability", "mistakes", "class_accuracy"):
        (picture,) = figures.pictures(name, found)
        assert picture.note == "The first 24 of 30 variants."


def test_a_curve_without_any_values_is_left_out(tmp_path: Path) -> None:
    wanted = pd.DataFrame([{"experiment": "e", "curve": "x", "column": "batch_accuracy"}])
    made = all_tables([run()]) | {"curves": tables.arrange(wanted, "curves")}
    assert drawn("curves", results(tmp_path, made), tmp_path) == []
