"""Tables read as they were written, and described column by column."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import Checkout
from described_columns import undocumented
from study import tables
from study.errors import StudyError


def round_trip(file: Path, **columns: list[object]) -> pd.DataFrame:
    tables.write(pd.DataFrame(columns), file)
    return tables.read(file)


def test_text_stays_text(tmp_path: Path) -> None:
    names = ["10", "0010", "NA", "", "nan", "1e5", "True"]
    for column in ("variant", "class", "true", "code_fingerprint", "output_shape", "ours"):
        assert round_trip(tmp_path / "t.csv", **{column: names})[column].tolist() == names


def test_floats_are_the_same_ones(tmp_path: Path) -> None:
    values = [0.1, 1 / 3, 1e-300, 5e-324, 1.7976931348623157e308, 0.30000000000000004]
    assert round_trip(tmp_path / "t.csv", loss=values)["loss"].tolist() == values


def test_a_missing_number_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    table = round_trip(file, seed=[0, 1], examples=[360.0, np.nan], loss=[0.5, np.nan])
    assert file.read_text() == "seed,examples,loss\n0,360,0.5\n1,,\n"
    assert table["seed"].dtype == int
    assert np.isnan(table["examples"][1])


def test_settings_are_numbers_truth_values_or_text(tmp_path: Path) -> None:
    names = {"parameters.a": [True, False], "parameters.b": ["relu", ""], "parameters.c": [1, ""]}
    table = round_trip(tmp_path / "t.csv", **names)
    assert table["parameters.a"].tolist() == [True, False]
    assert table["parameters.b"].tolist() == ["relu", ""]
    assert table["parameters.c"][0] == 1
    assert np.isnan(table["parameters.c"][1])


def test_an_empty_table_has_types(tmp_path: Path) -> None:
    columns = {"variant": [], "seed": [], "loss": [], "parameters.a": []}
    table = round_trip(tmp_path / "t.csv", **columns)
    assert len(table) == 0
    assert table["seed"].dtype == int
    assert table["loss"].dtype == float
    assert (table["variant"] == "10").dtype == bool


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n1,", b"\xff\xfe\n", b"a\n1\n1,2\n"])
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "runs.csv"
    file.write_bytes(content)
    with pytest.raises(StudyError, match=r"runs\.csv"):
        tables.read(file)


def test_arranged_columns_stand_in_the_described_order() -> None:
    table = pd.DataFrame({"loss": [1.0], "variant": ["v"], "surplus": [1], "experiment": ["e"]})
    arranged = tables.arrange(table, "histories")
    assert list(arranged) == list(tables.columns("histories"))
    assert undocumented("histories", arranged) == []
    assert undocumented("histories", table) != []


def test_the_demo_has_exactly_the_described_columns(demo: Checkout) -> None:
    folder = demo.path / "results" / "demo" / "tables"
    files = {file.stem: file for file in folder.glob("*.csv")}
    assert set(files) == {name for name in tables.COLUMNS if not name.startswith("sweep_")}
    for name, file in files.items():
        assert undocumented(name, tables.read(file)) == []
