"""docs/results/: the published study's report, figures and tables, and the README's result table.

The page names its figures, which lie beside it, so that no file is too large to be shown by a
public forge.
"""

import csv
import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import study_page

from study import figures, tables
from study.claims import registry
from study.claims.results import ClaimResults
from study.claims.scorecard import scorecard
from study.config.plan import Plan
from study.families import MODELS
from study.files import read_json, write_json, write_text
from study.report import formats, page, pictures
from study.report.results import composition, judged, rows_of
from study.results import Results
from study.words import spaced

ROOT = Path(__file__).parents[1]
LIMIT = 25_000_000
LARGEST = 5_000_000
"""Bytes of all files together, and of one."""

STORED = {"activations", "augmented"}
"""What figures and claims need of trained models, which docs/ does not have."""

Row = dict[str, str]


def fill(
    folder: Path, plan: Plan, csv_files: Path, drawn: Iterable[Path], where: dict[str, Any]
) -> None:
    """Write tables, figures, the report and a page about them to a new folder.

    Ends the program if it gets too large.

    Args:
        folder: is made.
        plan: of the study.
        csv_files: the folder of its tables.
        drawn: the folders of its figures.
        where: the results come from.
    """
    folder.mkdir(parents=True)
    for table in sorted(csv_files.glob("*.csv")):
        shutil.copy(table, folder)
    own = [_copy_figure(figure, folder / "figures" / figure.name) for figure in sorted(drawn)]
    write_json(folder / "provenance.json", where)
    names = {run.settings["model"] for run in plan.runs}
    html = page.render(
        plan.title,
        plan.name,
        {n: tables.arrange(tables.read(folder / f"{n}.csv"), n) for n in page.TABLES},
        own,
        plan.lessons,
        {name: MODELS.source(name).read_text(encoding="utf-8") for name in sorted(names)},
        where["commit"],
        folder,
    )
    write_text(folder / "report.html", html)
    write_text(folder / "README.md", about(where, read(folder / "scorecard.csv")))
    sizes = {file: file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    if sum(sizes.values()) > LIMIT:
        sys.exit(f"the snapshot has {sum(sizes.values()):,} bytes, more than {LIMIT:,}")
    for file, size in sizes.items():
        if size > LARGEST:
            sys.exit(f"{file.relative_to(folder)} has {size:,} bytes, more than {LARGEST:,}")


def redraw(published: Path, plan: Plan, config: str, fresh: Path) -> list[Path]:
    """Judge the claims and draw the figures again from published tables, by today's code.

    What needs a trained model stays as it was published. Data and functions come from the
    workflow.

    Args:
        published: docs/results/.
        plan: of the study.
        config: its file.
        fresh: a new folder, which gets the tables, and figures in `figures/`.

    Returns:
        The folders of the figures.
    """
    shutil.copytree(published, fresh, ignore=shutil.ignore_patterns("figures", "*.html", "*.md"))
    study_page.update_texts(fresh, plan)
    stored = _made_by_the_workflow(plan, config)
    rejudge(fresh, plan, Results({need: stored[need] for need in ("functions", "draws")}))
    files = stored | {table.stem: [str(table)] for table in fresh.glob("*.csv")}
    folders = []
    for old in sorted((published / "figures").iterdir()):
        new = fresh / "figures" / old.name
        needs = figures.about(old.name)["NEEDS"]
        if STORED & set(needs):
            shutil.copytree(old, new)
            write_json(new / "pictures.json", read_json(new / "pictures.json") | _about(old.name))
        else:
            figures.draw_all(old.name, Results({need: files[need] for need in needs}), new)
        folders.append(new)
    return folders


def rejudge(folder: Path, plan: Plan, stored: Results) -> None:
    """Write the scorecard of a folder of tables again; verdicts on stored models stay."""
    names = [field.name for field in dataclasses.fields(ClaimResults) if field.name != "stored"]
    results = ClaimResults.read(stored, **{name: str(folder / f"{name}.csv") for name in names})
    before = {_key(row): row for row in rows_of(tables.read(folder / "scorecard.csv"))}
    may_be_judged = [c for c in plan.claims if not STORED & set(registry.needs(c["measure"]))]
    judged = {_key(row): row for row in rows_of(scorecard(results, may_be_judged))}
    rows = []
    for claim in plan.claims:
        row = judged.get(_key(claim)) or before.get(_key(claim))
        if row is None:
            sys.exit(f"{claim['claim']!r} needs trained models: run the study first")
        rows.append(row)
    tables.write(tables.arrange(pd.DataFrame(rows), "scorecard"), folder / "scorecard.csv")


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["tutorial"], row["claim"]


def _made_by_the_workflow(plan: Plan, config: str) -> dict[str, list[str]]:
    """What figures need besides tables and models, by need."""
    results = f"results/{plan.name}"
    used = {run.settings["dataset"] for run in plan.runs}
    files = {
        "examples": [
            f"{results}/data/{name}/{file}"
            for name in plan.datasets
            if name in used
            for file in ("examples.npz", "dataset.json")
        ],
        "functions": [f"{results}/functions/functions.csv"],
        "draws": [f"{results}/functions/truncated_normal.npz"],
    }
    wanted = [file for those in files.values() for file in those]
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--configfile", config, "--", *wanted],
        cwd=ROOT, check=True,
    )  # fmt: skip
    return {need: [str(ROOT / file) for file in those] for need, those in files.items()}


def _about(name: str) -> dict[str, Any]:
    """What a figure's file says of it today."""
    kind = figures.about(name)
    return {
        "title": kind["TITLE"],
        "section": kind["SECTION"],
        "order": kind["ORDER"],
        "caption": kind["CAPTION"],
        "photos": kind["PHOTOS"],
    }


def _copy_figure(figure: Path, target: Path) -> Path:
    """Copy a figure's description, and of each picture the file that the page names."""
    for picture in pictures.read(figure).pictures:
        copy = target / picture.smaller.relative_to(figure)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture.smaller, copy)
    shutil.copy(figure / "pictures.json", target)
    return target


def about(where: dict[str, Any], claims: list[Row]) -> str:
    """The page that says what the snapshot is, and what is not reproduced."""
    known = judged(claims)
    missed = [claim for claim in known if claim["reproduced"] == "no"]
    lines = "\n".join(
        f"* {c['claim']}; {formats.demanded(c)}; ours: {formats.values(c['ours'])}"
        + (f" ({c['remark']})" if c["remark"] else "")
        for c in missed
    )
    return f"""# The published study's results

Written by the workflow, and put here by `make snapshot`.

* [report.html](report.html): the whole report, with its pictures in `figures/`. Open it in a
  browser, from a clone of the repository; a forge shows only its source text
* `runs.csv`, `variants.csv`, `classes.csv`, `histories.csv`, `scorecard.csv` and others: one row
  per run, per variant, per class of a run, per epoch or log point, per claim, and so on
  (`workflow/scripts/study/columns/` describes every column of every table)
* `figures/`: all figures, one folder per kind; `pictures.json` says what each picture shows
* `provenance.json`: what this page says of where the results come from

{study_page.origin(where)}

## Not reproduced, of {len(known)} claims at the published length of training

{lines}

A verdict near its limit can change with the seeds. Times were measured while runs trained
side by side; other work on the machine would make them longer.
"""


def result_table(variants: list[Row], claims: list[Row]) -> str:
    """The variants as a table in Markdown, the published test accuracy beside ours."""
    published = {
        (claim["experiment"], claim["variant"] or "default"): claim
        for claim in reversed(claims)  # a variant's first claim counts, as on the page
        if claim["measure"] == "test_accuracy"
    }
    verdicts = [claim["reproduced"] for claim in judged(claims)]
    lines = [
        f"Of {len(verdicts)} published claims, **{verdicts.count('yes')} are reproduced** and "
        f"{verdicts.count('no')} are not. {composition(claims)}".rstrip(),
        "",
        "| experiment | variant | data | parameters | test accuracy | over seeds | published | |",
        "|---|---|---|---:|---|---|---:|---|",
    ]
    for row in variants:
        claim = published.get((row["experiment"], row["variant"]))
        verdict = {"yes": "reproduced", "no": "not reproduced"}
        deviation = float(row["accuracy_deviation"] or 0)
        spread = f" ± {deviation:.4f} (n = {row['seeds']})" if int(row["seeds"]) > 1 else ""
        lowest, highest = (f"{float(row[f'accuracy_{end}']):.4f}" for end in ("lowest", "highest"))
        cells = [
            spaced(row["experiment"]),
            spaced(row["variant"]),
            row["dataset_title"],
            f"{int(float(row['parameter_count'])):,}",
            f"{float(row['accuracy']):.4f}{spread}",
            f"{lowest} to {highest}" if int(row["seeds"]) > 1 else "",
            claim["published"] if claim else "",
            verdict.get(claim["reproduced"], "") if claim else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def read(file: Path) -> list[Row]:
    """A CSV file's rows."""
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))
