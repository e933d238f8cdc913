"""Every number of the README is one of the published tables, or of the code."""

import csv
import re
import sys

from conftest import ROOT
from study import config
from study.exports import EXPORTS

sys.path.insert(0, str(ROOT / "docs"))

import published_study
from snapshot import END, START

README = (ROOT / "README.md").read_text(encoding="utf-8")
FRONTIER = re.compile("<!-- frontier -->(.*?)<!-- /frontier -->", re.DOTALL)


def published(table: str) -> list[dict[str, str]]:
    with (ROOT / "docs" / table).open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def test_the_results_are_those_of_the_published_tables() -> None:
    block = README.split(START)[1].split(END)[0]
    variants, claims = published("results/variants.csv"), published("results/scorecard.csv")
    assert block.strip() == published_study.result_table(variants, claims)


def test_the_frontier_is_that_of_the_published_tables() -> None:
    (found,) = FRONTIER.findall(README)
    best_mnist, best_fashion, smallest = (
        published(f"frontier/{name}/variants.csv")[0]
        for name in ("best_mnist", "best_fashion", "smallest")
    )
    said = (
        f"{float(best_mnist['accuracy']):.4f} on MNIST and "
        f"{float(best_fashion['accuracy']):.4f} on Fashion-MNIST, "
        f"{float(smallest['accuracy']):.4f} on MNIST with "
        f"{int(float(smallest['parameter_count'])):,} parameters"
    )
    assert " ".join(found.split()) == said


def test_other_numbers_are_those_of_the_code() -> None:
    plan = config.load([ROOT / "config" / "config.yaml"])
    tutorials = {claim["tutorial"] for claim in plan.claims}
    assert len(tutorials) == 5
    assert "five public tutorials" in " ".join(README.split())
    assert len(EXPORTS.names()) == 4
    assert "four formats" in README
    rest = FRONTIER.sub("", README.split(START)[0] + README.split(END)[1])
    rest = re.sub(r"softmax2cnn|LeNet-5|SHA-256|`[^`]*`|\]\([^)]*\)", "", rest)
    supported = re.findall(r"\((3, \d+)\) <= sys.version_info", (ROOT / "Makefile").read_text())
    assert supported == ["3, 11"]
    assert re.findall(r"\d[\d.,]*\d|\d", rest) == ["3.11", "3.12", "3.13"]
