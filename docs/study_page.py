"""A study's results as one page in Markdown: one table per experiment, over its seeds."""

import json
import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

from study import tables
from study.config.plan import Plan
from study.report import frontier
from study.report.results import Row, network, rows_of, spread
from study.words import seconds, spaced

TABLES = ("experiments", "variants", "known", "runs")
"""The tables of which each experiment's folder has its own rows."""

MADE = "Written by the workflow, and put here by `make snapshot`."
ABOUT = f"""{MADE} Accuracies are those on the test
split after the last step: the mean over seeds ± their standard deviation (n seeds). Where nothing
else is said, runs trained side by side, some of them next to other work, so their times are upper
bounds.
"""


def fill(folder: Path, results: Path, where: dict[str, Any], experiment: str) -> None:
    """Write an experiment's rows of the tables, and where they come from, to a new folder."""
    folder.mkdir()
    for name in TABLES:
        table = tables.read(results / "tables" / f"{name}.csv")
        tables.write(table[table["experiment"] == experiment], folder / f"{name}.csv")
    (folder / "provenance.json").write_text(json.dumps(where, indent=2) + "\n", encoding="utf-8")
    picture = results / "figures" / "size_frontier" / f"{experiment}.svg"
    if picture.exists():
        shutil.copy(picture, folder / "size_frontier.svg")


def update_texts(folder: Path, plan: Plan) -> None:
    """Give published tables the texts that the config has today.

    Args:
        folder: of the tables.
        plan: of the study. What is published of experiments that it does not have stays.
    """
    experiments = plan.experiments
    title = {name: each["title"] for name, each in experiments.items()}
    question = {name: each["question"] for name, each in experiments.items()}
    tried = {name: (each["frontier"] or {}).get("tried", "") for name, each in experiments.items()}
    columns = {
        "experiments": {"title": title, "question": question, "tried": tried},
        "runs": {"experiment_title": title, "question": question},
        "variants": {"experiment_title": title},
    }
    for name, texts in columns.items():
        # As text, so that all other cells stay as they were written.
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        updated = {
            column: table["experiment"].map(values).fillna(table[column])
            for column, values in texts.items()
        }
        tables.write(table.assign(**updated), folder / f"{name}.csv")
    there = set(tables.read(folder / "experiments.csv")["experiment"])
    known = tables.read(folder / "known.csv")
    others = known[~known["experiment"].isin(experiments)]
    own = pd.DataFrame([row for row in plan.known if row["experiment"] in there])
    tables.write(tables.arrange(pd.concat([others, own]), "known"), folder / "known.csv")


class Page:
    """The page of a study's folder.

    Attributes:
        folder: has, or gets, a folder of tables for each experiment.
        title: of the study.
    """

    def __init__(self, folder: Path, title: str) -> None:
        """Ends the program if the folder is used for something else."""
        self.folder = folder
        self.title = title
        page = folder / "README.md"
        if folder.exists() and not (page.exists() and MADE in page.read_text(encoding="utf-8")):
            sys.exit(f"docs/{folder.name} is no folder of a study: give the study another name")

    def write(self, experiments: list[str]) -> None:
        """Write the page from what lies in the folders of its experiments, in their order."""
        parts = [f"# {self.title}\n", ABOUT]
        for name in experiments:
            own = self.folder / name
            if not own.is_dir():
                parts.append(f"## {spaced(name)}\n\nNot finished yet.\n")
                continue
            read = {table: rows_of(tables.read(own / f"{table}.csv")) for table in TABLES}
            where = json.loads((own / "provenance.json").read_text(encoding="utf-8"))
            experiment = read["experiments"][0]
            parts += _section(experiment, read["variants"], read["known"], read["runs"])
            if (own / "size_frontier.svg").exists():
                about = f"Accuracy against size: {experiment['title']}"
                parts.append(f"![{about}]({name}/size_frontier.svg)\n")
            parts.append(f"{origin(where)} One row per run: [runs.csv]({name}/runs.csv).\n")
        self.folder.mkdir(exist_ok=True)
        (self.folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def origin(where: dict[str, Any]) -> str:
    """When, on what and by which code results were made, in words.

    `older` is written by hand, where the commit is from before the first one of the repository.
    """
    days = " to ".join(dict.fromkeys(time[:10] for time in where["finished"].values()))
    machines = " and ".join(
        f"{m['processor']}, {m['cores']} cores, {m['memory_gb']} GB, {m['system']}"
        for m in where["machines"]
    )
    older = ", which is older than this repository's history" * where.get("older", False)
    return f"""Finished on {days} (device: {", ".join(where["devices"])}; machine: {machines}),
by the code of commit `{where["commit"][:10]}`{older}; `make current` compares it with today's."""


def _section(
    experiment: Row, variants: list[Row], known: list[Row], runs: list[Row]
) -> Iterator[str]:
    kind = frontier.KINDS.get(experiment["frontier"])
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
    if is_fast:
        yield f"{frontier.WARM_AND_COLD}\n"
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
    yield network(row)
    yield f"{row['parameter_count']:,.0f}"
    yield f"{row['accuracy']:.4f}{spread(row)}"
    several = row["seeds"] > 1
    yield f"{row['accuracy_lowest']:.4f} to {row['accuracy_highest']:.4f}" if several else ""
    if is_fast:
        for name in ("warm_seconds", "cold_seconds"):
            yield "" if math.isnan(row[name]) else f"{row[name]:.2f} s"
    else:
        yield seconds(row["train_seconds"])


def _known(row: dict[str, Any]) -> str:
    numbers = [f"{row['accuracy']:.4f}"]
    if not math.isnan(row["parameters"]):
        numbers.append(f"{row['parameters']:,.0f} parameters")
    if not math.isnan(row["seconds"]):
        numbers.append(f"{row['seconds']:.2f} s")
    return f"* {row['what']}: {', '.join(numbers)} ({row['source']})"
