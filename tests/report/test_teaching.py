"""What a section teaches: reference, idea, formulas, code, and what to try."""

from typing import Any

import pandas as pd
from small_study import CLAIM, run, study

from study.config.lessons import NONE
from study.report.page import render
from study.report.teaching import shown_code

LESSONS: dict[str, Any] = {
    "tutorials": {
        "T1": {
            "title": "Ein <b>Titel", "meaning": "A title", "where": "Somewhere", "date": "2020",
            "language": "German", "address": "https://example.org/t1",
        }
    },
    "blocks": {"idea": "Bricks & mortar.", "formulas": [{"latex": "x > y", "meaning": "more"}]},
    "experiments": {
        "grid": {
            "idea": "An idea & more.",
            "formulas": [{"latex": "a < b", "meaning": "less"}],
            "differences": ["Another order."],
            "readings": [],
            "try_it": "extends: config.yaml\nstudy: mine\n",
        }
    },
}  # fmt: skip
CODE = {
    "mlp": '''"""A file."""

import keras


def build(shape):
    """A description

    of two lines.
    """
    return keras.Sequential(shape)


LIMIT = 3


def helper(x): return x < LIMIT
'''
}


def page(lessons: dict[str, Any] = LESSONS) -> str:
    return render("T", "small", study(run(), claims=(CLAIM,)), [], lessons, CODE)


def test_an_experiment_has_its_lesson_in_its_section() -> None:
    html = page()
    own = html.split('id="experiment-grid"')[1].split("</section>")[0]
    assert (
        '<a href="https://example.org/t1">Ein &lt;b&gt;Titel</a> (A title), Somewhere, 2020;' in own
    )
    assert "An idea &amp; more." in own
    assert "<mi>a</mi><mo>&lt;</mo><mi>b</mi>" in own
    assert "Another order." in own
    assert "return keras.Sequential(shape)" in own
    assert "snakemake --cores 4 --configfile config/mine.yaml" in own
    headings = [part.split("</h3>")[0].split(">")[-1] for part in own.split("<h3")[1:]]
    assert headings == sorted(headings, key=[
        "The idea", "The model", "Protocol", "Curves", "What was found",
        "Compared with what was published", "Predictions", "What we did differently",
        "Try it yourself",
    ].index)  # fmt: skip


def test_the_building_blocks_have_their_idea() -> None:
    tables = study(run())
    demonstration = {
        "demonstration": "d", "title": "D", "tutorial": "T1", "model": "mlp", "batch_size": 3,
        "input_shape": "5", "parameter_count": 280,
    }  # fmt: skip
    tables["demonstrations"] = pd.DataFrame([demonstration])
    html = render("T", "small", tables, [], LESSONS, CODE)
    own = html.split('id="blocks"')[1].split("</section>")[0]
    assert "Bricks &amp; mortar." in own
    assert "<mi>x</mi><mo>&gt;</mo><mi>y</mi>" in own


def test_without_a_lesson_there_are_no_empty_headings() -> None:
    html = page(NONE)
    own = html.split('id="experiment-grid"')[1].split("</section>")[0]
    assert "Source: T1." in own
    for heading in ("The idea", "What we did differently", "Try it yourself"):
        assert heading not in own


def test_the_code_is_that_of_the_functions_without_descriptions() -> None:
    assert shown_code(CODE["mlp"]) == (
        "def build(shape):\n    return keras.Sequential(shape)\n\n\ndef helper(x): return x < LIMIT"
    )
