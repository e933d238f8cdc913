"""The benchmark's tables name who is ahead; contenders without their package are left out."""

import importlib.util
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import cases
import compare
import tabulate

HALF = "mixed_bfloat16"


def rows(times: dict[tuple[str, int, str], list[float]]) -> list[dict[str, object]]:
    """Rows of results.csv for the mlp, from times by contender, threads and precision."""
    return [
        dict(
            zip(
                compare.COLUMNS,
                ("mlp", *key, repetition, time, 0.9),
                strict=True,
            )
        )
        for key, own in times.items()
        for repetition, time in enumerate(own)
    ]


@pytest.fixture
def found() -> tabulate.Found:
    return compare.medians(
        rows(
            {
                ("ours", 1, "float32"): [5.0, 5.1, 9.0],
                ("ours", 2, "float32"): [7.0, 7.0, 7.0],
                ("ours", 1, HALF): [5.5, 5.5, 5.5],
                ("ours", 2, HALF): [8.0, 8.0, 8.0],
                ("fit", 2, "float32"): [30.0, 30.6, 40.0],
                ("jax", 1, "float32"): [5.4, 5.2, 5.6],
                ("jax", 2, "float32"): [6.0, 6.3, 6.4],
                ("jax", 1, HALF): [4.0, 4.1, 4.2],
                ("jax", 2, HALF): [8.0, 8.8, 9.0],
            }
        )
    )


def cells(table: str) -> list[list[str]]:
    """The body of a Markdown table."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]


def test_the_ratios_name_the_contender_that_is_ahead(found: tabulate.Found) -> None:
    (row,) = cells(tabulate.ratio_table(found, ["mlp"], "float32", ["float32"]))
    assert row == ["mlp", "5.1 µs", "6.0 x", "not measured", "1.1 x", "ours"]
    (row,) = cells(tabulate.ratio_table(found, ["mlp"], HALF, ["float32", HALF]))
    assert row[:-1] == ["mlp", "5.5 µs", "5.6 x", "not measured", "0.7 x"]
    assert row[-1] == f"**jax**, 1 thread, {HALF}: 4.1 µs"


def test_the_minutes_of_the_study_give_each_contender_its_faster_layout() -> None:
    times = {("ours", 1): 2.0, ("ours", 2): 1.5, ("fit", 1): 9.0, ("fit", 2): 3.0}
    found = {
        (case, name, threads, kind): (0.0, time / (1 + (kind == HALF)), 99.0, 0.9)
        for case in cases.CASES
        for (name, threads), time in times.items()
        for kind in ("float32", HALF)
    }
    minutes = tabulate.study_minutes(found, {"train": 60, "train[5000:]": 55, "train[10000:]": 50})
    assert minutes["serial"] == pytest.approx(minutes["fit"]), "3 is less than half of 9"
    assert minutes["fit"] == pytest.approx(3 * minutes["ours"]), "half of 2 is less than 1.5"
    assert minutes["ours"] > minutes["once"] == pytest.approx(2 * minutes["half"])
    assert f"{minutes['ours']:.1f} min with ours (3.0 x)" in tabulate.study_sentence(minutes)


def test_every_time_that_is_below_ours_is_marked(found: tabulate.Found) -> None:
    marks = {tuple(row[1:4]): row[6] for row in cells(tabulate.times_table(found, ["mlp"]))}
    assert marks["jax", "1", "float32"] == "1.06"
    assert marks["jax", "2", "float32"] == "**0.90, jax is ahead**"
    assert marks["jax", "1", HALF] == "**0.75, jax is ahead**"
    assert marks["jax", "2", HALF] == "1.10"
    assert marks["ours", "1", "float32"] == ""


def test_the_figure_is_drawn_without_a_contender(found: tabulate.Found, tmp_path) -> None:
    tabulate.draw(found, ["mlp"], tmp_path / "drawn.svg")
    assert "<svg" in (tmp_path / "drawn.svg").read_text()


def test_a_missing_package_leaves_its_contender_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert compare.installed(list(compare.CONTENDERS)) == ["ours", "fit", "loop"]
    assert "PyTorch is not installed" in (said := capsys.readouterr().out)
    assert "JAX is not installed" in said


def test_operations_of_a_step() -> None:
    first, others = 784 * 128, 128 * 10
    assert tabulate.flops("mlp") == 2 * (2 * first + 3 * others)
    first, others = 28**2 * 25 * 32, 14**2 * 25 * 32 * 64 + 3136 * 1024 + 1024 * 10
    assert tabulate.flops("deep CNN") == 2 * (2 * first + 3 * others)
    assert all(tabulate.flops(case) > 0 for case in cases.CASES)
