"""The page of a sweep comes from its tables and its own pictures."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_study import figure, run, study

from study import tables
from study.report import sweep

MARKUP = "<img src=x onerror=hack()>"


def variants(**axes: list[Any]) -> pd.DataFrame:
    """The table of a sweep over these axes, where `__` stands for a dot."""
    grid = pd.MultiIndex.from_product(axes.values(), names=[a.replace("__", ".") for a in axes])
    table = grid.to_frame(index=False)
    table.insert(0, "variant", [f"v{number}" for number in range(len(table))])
    return table.assign(
        seeds=2, accuracy=0.9, accuracy_deviation=0.01, accuracy_lowest=0.89, accuracy_highest=0.91,
        loss=0.3, calibration_error=0.02, macro_f1=0.9, last_val_loss=0.3, last_val_accuracy=0.9,
        parameter_count=12345, train_seconds=20.0,
    )  # fmt: skip


def page(folder: Path, table: pd.DataFrame, **different: Any) -> str:
    arguments: dict[str, Any] = {
        "name": "grid",
        "title": "A sweep",
        "question": "",
        "runs": study(run("v0"), run("v0", seed=1))["runs"],
        "variants": table,
        "missing": [],
        "datasets": [{"name": "mnist"}],
        "dataset_titles": {"mnist": "MNIST"},
        "figure": figure(folder, "sweeps", {"sweep": "grid"}, {"sweep": "other"}),
    }
    return sweep.render(**arguments | different)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sweep"


def test_the_axes_are_the_columns_before_the_seeds(folder: Path) -> None:
    table = variants(parameters__dropout=[0.1, 0.5], parameters__units=[4, 8, 12])
    assert tables.axes(table) == ["parameters.dropout", "parameters.units"]
    html = page(folder, table)
    assert "<h2>Dropout</h2>" in html
    assert "<code>parameters.units</code>" in html
    assert "2 runs of 6 variants" in html
    assert "<code>mlp</code> on MNIST" in html
    assert '<th scope="row">0.1</th><td class="number">3</td>' in html
    assert "12,345" in html


def test_only_the_sweeps_own_picture_is_shown(folder: Path) -> None:
    html = page(folder, variants(parameters__units=[4]))
    assert html.count("data:image/") == 1
    assert "Caption of sweep." in html


def test_missing_runs_are_named(folder: Path) -> None:
    missing = [f"grid/v{number}/seed-0" for number in range(12)]
    html = page(folder, variants(parameters__units=[4]), missing=missing)
    assert "12 of 14 runs are missing" in html
    assert "grid/v9/seed-0" in html
    assert "and 2 more" in html


def test_a_sweep_without_a_result(folder: Path) -> None:
    none = study(run(status="missing"))["runs"]
    empty = variants(parameters__units=[4]).head(0)
    html = page(folder, empty, runs=none[none["status"] == "finished"], missing=["grid/a/seed-0"])
    assert "1 of 1 run is missing" in html


def test_a_long_sweep_lists_variants_spread_over_the_grid(folder: Path) -> None:
    html = page(folder, variants(parameters__units=list(range(1000))))
    assert "200 of 1,000 variants, evenly spread over the grid." in html


def test_the_values_of_an_axis_are_in_order_and_none_is_last(folder: Path) -> None:
    table = variants(training__clip_norm=["", "10", "5", "1"])
    shown = [row["value"] for row in sweep.values_of(table, "training.clip_norm")]
    assert shown == ["1", "5", "10", ""]
    missing = variants(training__clip_norm=[None, 10.0, 5.0])
    assert [row["value"] for row in sweep.values_of(missing, "training.clip_norm")][:2] == [5, 10]


def test_axes_of_text_and_axes_without_a_value(folder: Path) -> None:
    table = variants(training__optimizer__name=["adam", "sgd"], training__log_every=[100, None])
    html = page(folder, table)
    assert '<th scope="row">adam</th>' in html
    assert '<th scope="row">none</th><td class="number">2</td>' in html


def test_training_that_runs_share_counts_once(folder: Path) -> None:
    runs = study(run("v0"), run("v1", train_seconds=30.0, inherited_seconds=10.0))["runs"]
    assert "30.0 s of training" in page(folder, variants(parameters__units=[4]), runs=runs)


def test_what_a_user_chooses_is_text(folder: Path) -> None:
    table = variants(training__optimizer__name=[MARKUP])
    html = page(folder, table, title=MARKUP, question=MARKUP, dataset_titles={"mnist": MARKUP})
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_every_row_has_a_header(folder: Path) -> None:
    html = page(folder, variants(parameters__dropout=[0.1, 0.5]))
    rows = re.findall("<tr><t[hd].*?</tr>", html.partition("<tbody>")[2])
    assert rows
    assert all('<th scope="' in row for row in rows)
