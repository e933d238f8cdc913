"""Model cards: what they say, and that no text of a study can break them."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from small_study import run, study

from study import tables
from study.report import cards

CANARY = "a|b *c* _d_ `e` [f](g) <img src=x> & # ~~h~~ $i$ \\ \"j\" 'k' : {l}\n---\n- m \x85 n"
CLASSES = ["7", CANARY]
WHO = {"experiment": "grid", "variant": "a"}


def confusion(seed: int, *counts: int) -> list[dict[str, Any]]:
    pairs = [(true, predicted) for true in CLASSES for predicted in CLASSES]
    return [
        WHO | {"seed": seed, "true": true, "predicted": predicted, "count": count}
        for (true, predicted), count in zip(pairs, counts, strict=True)
    ]


def made(*runs: dict[str, Any], **changes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of a study of two classes, as they come from its files."""
    whole = study(*(runs or [run("a"), run("a", seed=1)]))
    whole["datasets"] = whole["datasets"].assign(classes=json.dumps(CLASSES))
    whole["classes"] = whole["classes"].assign(**{"class": CLASSES * len(runs or "ab")})
    whole["confusion"] = pd.DataFrame(confusion(0, 490, 10, 3, 497) + confusion(1, 488, 12, 0, 500))
    bins = {"low": 0.9, "high": 1.0, "examples": 1000, "correct": 950, "confidence": 0.98}
    whole["calibration"] = pd.DataFrame([WHO | {"seed": seed} | bins for seed in (0, 1)])
    whole["variants"] = tables.arrange(whole["variants"], "variants")
    empty = {name: pd.DataFrame(columns=list(tables.columns(name))) for name in cards.TABLES}
    return {name: changes.get(name, whole.get(name, empty[name])) for name in cards.TABLES}


def parts(card: str) -> tuple[dict[str, Any], str]:
    """The front matter as YAML reads it, and the page as Markdown shows it."""
    _, front, page = re.split(r"^---$", card, maxsplit=2, flags=re.MULTILINE)
    html = MarkdownIt("commonmark").enable("table").render(page)
    return YAML(typ="safe").load(io.StringIO(front)), html


def the_card(*runs: dict[str, Any], **changes: pd.DataFrame) -> tuple[dict[str, Any], str]:
    ((name, card),) = cards.cards(made(*runs, **changes))
    assert name == "grid/a"
    return parts(card)


def test_a_card_has_what_the_hub_reads() -> None:
    front, _ = the_card()
    (model,) = front["model-index"]
    (result,) = model["results"]
    assert front["license"] == "mit" and front["datasets"] == ["mnist"]
    assert (model["name"], result["dataset"]["type"]) == ("The grid: a", "mnist")
    assert {m["type"]: m["value"] for m in result["metrics"]} == {"accuracy": 0.95, "f1": 0.95}


def test_numbers_are_those_of_the_tables() -> None:
    _, html = the_card()
    for words in (
        "101,770 parameters",
        "Means over 2 seeds",
        '<td style="text-align:right">0.9500 (0.9300 to 0.9700)</td>',
        "The mean confidence is 0.9800 and the accuracy 0.9500",
        "the model is more confident",
        "runs/grid/a/seed-0",
    ):
        assert words in " ".join(html.split()), words
    rows = re.findall(r"<tr>\s*(.*?)\s*</tr>", html.split("Most frequent mistakes")[1], re.S)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row) for row in rows[1:3]]
    assert (cells[0][0], *cells[0][2:]) == ("7", "22", "0.0220")
    assert cells[1][1:] == ["7", "3", "0.0030"]


def test_texts_of_a_study_break_no_card() -> None:
    front, html = the_card(run("a", experiment_title=CANARY, dataset_title=CANARY, model=CANARY))
    shown = " ".join(CANARY.split())
    assert front["model-index"][0]["name"] == f"{CANARY}: a"
    assert front["tags"][2] == CANARY
    text = re.sub("<[^>]+>", "", html)
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = escaped.replace('"', "&quot;")
    assert text.count(escaped) >= 6
    assert not re.search("<(img|em|del|a |hr)", html)
    heads = re.findall(r"<th\b", html.split("Per class")[1].split("</table>")[0])
    first = html.split("Per class")[1].split("<tbody>")[1].split("</tr>")[0]
    assert len(heads) == first.count("<td") == 5


def test_what_a_study_does_not_have_is_left_out() -> None:
    _, html = the_card(run("a", **{"splits.validation": ""}))
    for heading in ("Robustness", "Exported formats", "evaluated in training"):
        assert heading not in html
    assert "One seed was trained." in html


def test_what_a_study_has_is_told() -> None:
    export = WHO | {"seed": 0, "format": "ONNX", "examples": 1000, "different": 0, "accuracy": 0.9}
    export |= {"largest_difference": 4e-7, "bytes": 1_230_000, "latency_ms": 0.02}
    levels = [
        WHO | {"seed": 0, "corruption": name, "level": level, "strength": level, "examples": 60}
        | {"accuracy": accuracy}
        for name, accuracy in (("Blur", 0.8), ("Shift (pixels)", 0.7))
        for level in (0, 3)
    ]  # fmt: skip
    _, html = the_card(exports=pd.DataFrame([export]), robustness=pd.DataFrame(levels))
    assert "1.23 MB" in html and "4 × 10<sup>" in html
    assert "Shift (pixels) 3 costs most: 0.7000" in html


def test_a_class_without_test_images_is_not_the_weakest() -> None:
    classes = made()["classes"]
    classes.loc[classes["class"] == "7", ["support", "accuracy"]] = [0, float("nan")]
    _, html = the_card(classes=classes.assign(**{"class": classes["class"].replace(CANARY, "8")}))
    assert "Its weakest class is 8, of which it gets 0." in html


def test_a_variant_without_a_result_has_no_card() -> None:
    assert not list(cards.cards(made(run("a", status="missing"))))


def test_the_command_names_the_table_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="has no table of runs: run the study first"):
        cards.main(str(tmp_path))
    for name, table in made().items():
        tables.write(table, tmp_path / "tables" / f"{name}.csv")
    cards.main(str(tmp_path))
    assert (tmp_path / "cards" / "grid" / "a.md").read_text().startswith("---\nlicense: mit\n")
