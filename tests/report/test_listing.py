"""The table of runs in the terminal."""

from pathlib import Path

import pandas as pd
import pytest

from study import tables
from study.report import listing
from study.report.listing import SHOWN

RUNS = pd.DataFrame(
    {
        "experiment": ["grid", "grid", "lenet5"],
        "variant": ["a", "b", "wide"],
        "seed": [0, 0, 1],
        "accuracy": [0.91, 0.9876, float("nan")],
        "loss": [0.3, 0.1, 0.2],
        "parameter_count": [7850, 101_770, 3_274_634],
        "train_seconds": [0.7, 65.4, 400.0],
        "macro_f1": [0.9, 0.98, 0.5],
    }
)


def variants(text: str) -> list[str]:
    *rows, empty, _ = text.splitlines()[1:]
    assert not empty
    return [row.split()[1] for row in rows]


def test_runs_are_listed_in_columns() -> None:
    head, first, second, third, _, count = listing.listing(RUNS).splitlines()
    assert head.split() == list(SHOWN)
    assert first.split() == ["grid", "a", "0", "0.9100", "0.3000", "7,850", "0.7", "s"]
    assert second.split()[-4:] == ["1", "min", "05", "s"]
    assert third.split()[2:4] == ["1", "0.2000"], "no accuracy"
    end = head.index("accuracy") + len("accuracy")
    assert first[:end].endswith("0.9100")
    assert count == "3 runs"


@pytest.mark.parametrize(
    ("where", "sort", "wanted"),
    [
        ("", "accuracy", ["b", "a", "wide"]),
        ("", "-loss", ["b", "wide", "a"]),
        ("accuracy > 0.9 and experiment == 'grid'", "", ["a", "b"]),
        ("seed == 1", "accuracy", ["wide"]),
    ],
)
def test_runs_are_chosen_and_sorted(where: str, sort: str, wanted: list[str]) -> None:
    text = listing.listing(RUNS, where, sort)
    assert variants(text) == wanted
    assert text.endswith("3 runs" if len(wanted) == 3 else f"{len(wanted)} of 3 runs")


def test_a_column_of_several_types_is_sorted() -> None:
    """A parameter that one optimiser has and another has not, say."""
    runs = RUNS.assign(nesterov=["", True, False], clip=["norm", "10", "9"])
    assert variants(listing.listing(runs, sort="nesterov")) == ["b", "wide", "a"]
    assert variants(listing.listing(runs, sort="-nesterov")) == ["wide", "b", "a"]
    assert variants(listing.listing(runs, sort="-clip")) == ["wide", "b", "a"]


def test_more_columns_are_shown_once() -> None:
    head = listing.listing(RUNS, sort="macro_f1", also=["macro_f1", "loss"]).splitlines()[0]
    assert head.split() == [*SHOWN, "macro_f1"]


def test_what_no_run_is_like() -> None:
    assert listing.listing(RUNS, "accuracy > 1") == "No run matches."


def test_mistakes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "runs.csv"
    with pytest.raises(SystemExit, match="run the study first"):
        listing.main([str(table)])
    tables.write(RUNS, table)
    listing.main([str(table)])
    assert variants(capsys.readouterr().out) == ["a", "b", "wide"]
    with pytest.raises(SystemExit, match=r"no column 'acuracy'; did you mean 'accuracy'?"):
        listing.main([str(table), "--sort=acuracy"])
    with pytest.raises(SystemExit, match="cannot choose runs by 'accuracy >'"):
        listing.main([str(table), "--where", "accuracy >"])
