"""A study's results as one page in Markdown: one table per experiment, over its seeds."""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

from study import tables
from study.report.results import Row, rows_of, spread
from study.report.sections import FRONTIERS
from study.words import spaced


def page(folder: Path, title: str, origin: str) -> str:
    """The page.

    Args:
        folder: with the study's tables, CSV files.
        title: of the study.
        origin: when, on what and by which code the results were made, in words.
    """
    read = {name: tables.read(folder / f"{name}.csv") for name in ("variants", "known", "runs")}
    experiments = rows_of(tables.read(folder / "experiments.csv"))
    sections = []
    for experiment in experiments:
        own = {
            name: rows_of(table[table["experiment"] == experiment["experiment"]])
            for name, table in read.items()
        }
        sections.append("\n".join(_section(experiment, **own)))
    pictures = [
        f"![{picture.stem.replace('_', ' ')}](figures/{picture.name})\n"
        for picture in sorted((folder / "figures").glob("*.svg"))
    ]
    return "\n".join([f"# {title}\n", origin, *pictures, *sections])


def _section(
    experiment: Row, variants: list[Row], known: list[Row], runs: list[Row]
) -> Iterator[str]:
    kind = FRONTIERS.get(experiment["frontier"])
    yield f"## {f'{kind}: ' if kind else ''}{experiment['title']}\n"
    if experiment["question"]:
        yield f"{experiment['question']}\n"
    is_fast = experiment["frontier"] == "fastest"
    times = ["training, warm", "all of it, cold"] if is_fast else ["training per seed"]
    heads = ["network", "parameters", "test accuracy", "range over seeds", *times]
    yield f"| {' | '.join(heads)} |"
    yield "|---" + "|---:" * (len(heads) - 1) + "|"
    for row in variants:
        yield f"| {' | '.join(_cells(row, is_fast))} |"
    yield ""
    threads = sorted({int(run["threads"]) for run in runs if not math.isnan(run["threads"])})
    if threads:
        yield f"Threads per training: {', '.join(map(str, threads))}.\n"
    if known:
        yield "Known results of others:\n"
        yield from (_known(row) for row in known)
        yield ""
    if experiment["tried"]:
        yield f"{experiment['tried']}\n"


def _cells(row: Row, is_fast: bool) -> Iterator[str]:
    yield row["variant_title"] or spaced(row["variant"])
    if not row["seeds"]:
        yield from ["", "missing", "", *[""] * (1 + is_fast)]
        return
    yield f"{row['parameter_count']:,.0f}"
    yield f"{row['accuracy']:.4f}{spread(row)}"
    several = row["seeds"] > 1
    yield f"{row['accuracy_lowest']:.4f} to {row['accuracy_highest']:.4f}" if several else ""
    names = ("warm_seconds", "cold_seconds") if is_fast else ("train_seconds",)
    yield from (_seconds(row[name]) for name in names)


def _seconds(value: float) -> str:
    return (
        "" if math.isnan(value) else f"{value:,.2f} s" if value < 60 else f"{value / 60:,.1f} min"
    )


def _known(row: dict[str, Any]) -> str:
    numbers = [f"{row['accuracy']:.4f}"]
    if not math.isnan(row["parameters"]):
        numbers.append(f"{row['parameters']:,.0f} parameters")
    if not math.isnan(row["seconds"]):
        numbers.append(f"{row['seconds']:.2f} s")
    return f"* {row['what']}: {', '.join(numbers)} ({row['source']})"
