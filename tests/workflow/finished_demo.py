"""What tests of the finished demo study share."""

import csv
from pathlib import Path

from conftest import Checkout, counts

CONFIG = ("--configfile", "config/demo.yaml")
LENET_RUNS = 5
RUNS = 22


def edit(checkout: Checkout, file: str, old: str, new: str) -> None:
    path = checkout.path / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as text:
        return list(csv.DictReader(text))


def plan(checkout: Checkout, *arguments: str) -> dict[str, int]:
    done = checkout.snakemake("-n", "--quiet", "host", "reason", "rules", *CONFIG, *arguments)
    assert done.returncode == 0, done.stdout
    return counts(done.stdout)
