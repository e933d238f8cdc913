"""The section of exported models."""

import re

import pandas as pd
from small_study import page, run, study

EXPORT = {"experiment": "grid", "variant": "a", "seed": 0, "format": "ONNX", "examples": 1000}
EXPORT |= {"accuracy": 0.9, "different": 0, "largest_difference": 4.2e-7, "bytes": 1_234_567}
EXPORT |= {"latency_ms": 0.0234}


def section(*exports: dict) -> list[list[str]]:
    """The text of the rows of the table."""
    made = study(run("a", variant_title="<b>A</b>"), run("a", seed=1), run("b"))
    made["exports"] = pd.DataFrame(exports)
    html = page(made).split('aria-labelledby="exports"')[1].split("</section>")[0]
    rows = re.findall("<tr>.*?</tr>", html.split("<tbody>")[1], re.DOTALL)
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall("<t[dh].*?</t[dh]>", row, re.DOTALL)]
        for row in rows
    ]


def test_each_format_is_a_row() -> None:
    rows = section(EXPORT, EXPORT | {"format": "Keras", "largest_difference": 0.0})
    first = ["grid", "&lt;b&gt;A&lt;/b&gt;", "ONNX", "1.23 MB", "0.023 ms", "4 × 10\N{MINUS SIGN}7"]
    assert rows[0] == [*first, "0 of 1,000", "0.9000"]
    assert rows[1][2] == "Keras" and rows[1][5] == "0"


def test_seeds_share_a_row() -> None:
    second = {"seed": 1, "accuracy": 0.8, "different": 3, "largest_difference": 2e-5}
    (row,) = section(EXPORT, EXPORT | second | {"latency_ms": 0.0216})
    assert row[4:] == ["0.022 ms", "2 × 10\N{MINUS SIGN}5", "3 of 2,000", "0.8500"]


def test_a_study_without_exports_has_no_section() -> None:
    assert "Exported models" not in page(study(run("a")))
