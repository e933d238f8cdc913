"""Every mistake in a config is named, all of them at once, before any job."""

from pathlib import Path

import pytest
from config_texts import complaint, lenet
from mistakes import MISTAKES

from conftest import ROOT
from study import config
from study.errors import StudyError


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named(mistake: str, tmp_path: Path) -> None:
    changes, words = MISTAKES[mistake]
    assert words in complaint(tmp_path, changes)


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("[{tutorial: S0, claim: c, measure: lowst}]")
    text = complaint(
        tmp_path,
        "study: a b\nclaims: own.yaml\n"
        "experiments: {lenet5: {modle: x}, core_mlp: {dataset: mnits}}",
    )
    assert "experiments.core_mlp.dataset: 'mnits' is not known" in text
    for words in ("'a b'", "modle", "own.yaml, claim 1"):
        assert words in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("core_mlp: {sweep: true, export: []}", "experiments.core_mlp.sweep: needs a grid"),
        ("core_mlp: {pack: 2}", "experiments.core_mlp.export: runs in packs are not exported"),
        ("dropout_grid: {sweep: true}", "experiments.dropout_grid.curves: a sweep has none"),
        (
            "dropout_grid: {sweep: true, frontier: {kind: best, tried: x}}",
            "experiments.dropout_grid.frontier: a sweep has none; remove it",
        ),
        ("core_mlp: {pack: 0}", "experiments.core_mlp.pack"),
        (
            "lenet5: {sweep: true, grid: {training.batch_size: [100, 200]}}",
            "experiments.lenet5.variants: a sweep has none",
        ),
    ],
)
def test_what_a_sweep_cannot_have_is_told(changes: str, words: str, tmp_path: Path) -> None:
    assert words in complaint(tmp_path, f"experiments: {{{changes}}}")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("{a: [lenet5/wid]}", "drawing.a: there is no variant 'lenet5/wid'; did you mean"),
        ("{a: []}", "drawing.a: names no variant"),
        ("{a: [lenet5/wide, deep_cnn/default]}", "of different datasets: fashion_mnist, mnist"),
    ],
)
def test_pages_to_draw_on_are_checked(tmp_path: Path, pages: str, expected: str) -> None:
    assert expected in complaint(tmp_path, f"drawing: {pages}")


def test_experiments_that_are_chosen_must_be_there(tmp_path: Path) -> None:
    assert "only: there is no experiment 'lenet'" in complaint(tmp_path, "only: [lenet]")


def test_paths_that_are_none_are_told(tmp_path: Path) -> None:
    assert "predict: there is no nowhere" in complaint(tmp_path, "predict: nowhere")
    found = complaint(tmp_path, "datasets: {own: {source: folder, path: ~nobody-here/x}}")
    assert "datasets.own.path: ~nobody-here/x: Could not determine home directory" in found


def test_one_mistake_in_a_large_grid_is_not_told_a_thousand_times(tmp_path: Path) -> None:
    rates = [-each for each in range(1, 200)]
    found = complaint(tmp_path, lenet(f"grid: {{training.optimizer.learning_rate: {rates}}}"))
    assert found.count("learning_rate: is -") == 30
    assert found.endswith("and 965 more")  # of five variants with 199 values


def test_extends_is_not_for_the_command_line() -> None:
    with pytest.raises(StudyError, match="name it by --configfile"):
        config.load([ROOT / "config" / "demo.yaml"], {"extends": "mine.yaml"})


def test_of_chosen_experiments_pages_keep_what_is_left() -> None:
    ready = ROOT / "config" / "ready.yaml"
    assert list(config.load([ready], {"only": ["digits"]}).drawing) == ["digits"]
    assert list(config.load([ready]).drawing) == ["digits", "clothes"]
