"""Differences between runs are said, and shared epochs are counted once."""

import pytest
from small_study import page, run, study

from study.report.environment import cost, differences


def test_equal_runs_differ_in_nothing() -> None:
    made = study(run("a"), run("b"))
    assert differences(made["runs"]) == []
    assert "Not all runs were trained in the same environment" not in page(made)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("version_tensorflow", "version of TensorFlow"),
        ("version_numpy", "version of NumPy"),
        ("processor", "processor"),
        ("device_name", "device"),
    ],
)
def test_runs_that_differ_are_named(column: str, words: str) -> None:
    made = study(run("a"), run("b"), run("b", seed=1, **{column: "Another"}))
    (sentence,) = differences(made["runs"])
    assert sentence.startswith(f"The runs differ in {words}: ")
    assert sentence.endswith(" in 2 runs and Another in 1 run (grid/b/seed-1).")
    html = page(made)
    assert "Not all runs were trained in the same environment" in html
    assert sentence in html


def test_many_different_runs_are_counted() -> None:
    some = [run("a", seed=seed, processor="New") for seed in range(7)]
    (sentence,) = differences(study(*some, *(run("b", seed=s) for s in range(8)))["runs"])
    assert "New in 7 runs (grid/a/seed-0, grid/a/seed-1, " in sentence
    assert sentence.endswith("and 3 more).")


def test_missing_runs_differ_from_nothing() -> None:
    made = study(run("a"), run("b", status="missing"))
    html = page(made)
    assert "Not all runs were trained in the same environment" not in html


def test_epochs_that_runs_share_count_once() -> None:
    made = study(run("a"), run("longer", train_seconds=30.0, inherited_seconds=10.0))
    assert cost(made["runs"])["train_seconds"] == 30.0
    html = page(made)
    assert "10.0 s inherited" in html
    total = html.split("<tfoot>")[-1]
    assert 'data-label="Training">30.0 s<' in total


def test_no_time_is_negative() -> None:
    made = study(run("a", train_seconds=5.0, inherited_seconds=5.2))
    assert cost(made["runs"])["train_seconds"] == 0
