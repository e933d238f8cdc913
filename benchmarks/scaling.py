"""What bookkeeping costs as a sweep grows.

    python benchmarks/scaling.py plan [--runs 1000 10000] [--packs 1 100] [--repeats 3]
    python benchmarks/scaling.py tables [--runs 1000 10000]
    python benchmarks/scaling.py sweep FOLDER

`plan`: dry runs with nothing made yet, beside a bare workflow of three rules; in each repetition
the kinds take turns, and the table has medians. `tables`: from finished runs (one is trained, the
others are copies of it with settings of their own) to the sweep's tables, and from these to its
page. `sweep`: the example of config/sweep.yaml from nothing to its page, in a new folder that
stays.

Seconds are of Snakemake's whole call; peak memory is that of the largest of its processes. Each
command writes docs/scaling/<command>.csv; `plan` draws growth.svg, too. Sizes measured before and
not asked for stay in the tables.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matplotlib.ticker import LogLocator, NullLocator

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import config  # noqa: E402
from study.config import reading  # noqa: E402
from study.figures import _style as style  # noqa: E402
from study.palette import colour  # noqa: E402

DOCS = ROOT / "docs" / "scaling"
CORES = 2
SEEDS = 10
PACK = 100
CHUNK = 500  # of workflow/rules/evaluate.smk

BARE = """
RUNS = range({runs})
rule all:
    input: "table"
rule table:
    input: expand("evaluated/{{run}}", run=RUNS)
    output: "table"
rule evaluate:
    input: "trained/{{run}}"
    output: "evaluated/{{run}}"
rule train:
    output: "trained/{{run}}"
"""

Row = dict[str, Any]


def bare(folder: Path, runs: int) -> list[str]:
    """A workflow of three rules; gives Snakemake's arguments."""
    (folder / "Snakefile").write_text(BARE.format(runs=runs))
    return []


def sweep(folder: Path, runs: int, pack: int) -> list[str]:
    """The example sweep with another grid; gives Snakemake's arguments."""
    whole = example()
    (experiment,) = whole["experiments"].values()
    rates = [round(0.05 * i, 2) for i in range(min(10, runs // SEEDS))]
    widths = list(range(1, 1 + runs // SEEDS // len(rates)))
    experiment.update(pack=pack, seeds=list(range(SEEDS)))
    experiment["grid"] = {"parameters.dropout": rates, "parameters.units": widths}
    (folder / "config.yaml").write_text(json.dumps(whole))
    return ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]


def example() -> Row:
    """The config of the example sweep."""
    whole: Row = reading.read_mapping(ROOT / "config" / "sweep.yaml")
    return whole


def call(folder: Path, *arguments: str) -> Row:
    """Call Snakemake in a folder; seconds, and the peak memory of its largest process in MB."""
    profile = ("--workflow-profile", str(ROOT / "profiles" / "default"), "--cores", str(CORES))
    command = [sys.executable, "-m", "snakemake", *profile, *arguments]
    with (folder / "said").open("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        said.seek(0)
        text = said.read()
    if status:
        raise RuntimeError(text[-3000:])
    return {"seconds": round(seconds, 2), "peak_mb": round(usage.ru_maxrss * 1024 / 1e6)}


def plan(asked: argparse.Namespace) -> Iterable[Row]:
    """Dry runs of sweeps of several sizes, and of bare workflows."""
    for runs in asked.runs:
        kinds = {"three bare rules": 0, **{f"sweep, packs of {n}": n for n in asked.packs}}
        found: dict[str, list[Row]] = {name: [] for name in kinds}
        for _ in range(asked.repeats):
            for name, pack in kinds.items():
                with tempfile.TemporaryDirectory() as place:
                    folder = Path(place)
                    arguments = sweep(folder, runs, pack) if pack else bare(folder, runs)
                    found[name].append(call(folder, "-n", "--quiet", "all", *arguments))
        for name, pack in kinds.items():
            jobs = -(-runs // pack) + -(-runs // CHUNK) if pack else 2 * runs
            medians = {
                column: statistics.median(row[column] for row in found[name])
                for column in ("seconds", "peak_mb")
            }
            yield {"workflow": name, "runs": runs, "jobs": jobs, "of": asked.repeats, **medians}


def tables(asked: argparse.Namespace) -> Iterable[Row]:
    """From finished runs to tables and page."""
    for runs in asked.runs:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            arguments = sweep(folder, runs, 1)
            study = config.load([folder / "config.yaml"], {})
            first, *others = (folder / "results" / "sweep" / "runs" / r.id for r in study.runs)
            call(folder, *arguments, "--", str((first / "run.json").relative_to(folder)))
            record = json.loads((first / "run.json").read_text())
            for run, target in zip(study.runs[1:], others, strict=True):
                shutil.copytree(first, target)
                own = {**record, "variant": run.variant, "seed": run.seed, "settings": run.settings}
                (target / "run.json").write_text(json.dumps(own))
            arguments = [*sweep(folder, runs, PACK), "--rerun-triggers", "mtime"]
            pages = folder / "results" / "sweep" / "sweeps"
            (name,) = example()["experiments"]
            joined = pages / name / "variants.csv"
            found = call(folder, *arguments, "--", str(joined.relative_to(folder)))
            page = call(folder, *arguments)
            yield {
                "runs": runs,
                **found,
                "page_seconds": page["seconds"],
                "page_peak_mb": page["peak_mb"],
                "page_mb": megabytes(pages),
            }


def whole_sweep(asked: argparse.Namespace) -> Iterable[Row]:
    """The example sweep, trained."""
    folder = asked.folder.resolve()
    folder.mkdir(parents=True)
    arguments = ["--snakefile", str(ROOT / "Snakefile")]
    file = str(ROOT / "config" / "sweep.yaml")
    found = call(folder, *arguments, "--configfile", file)
    results = folder / "results" / "sweep"
    records = [json.loads(file.read_text()) for file in results.glob("runs/*/*/*/run.json")]
    training = sum(record["timings"]["train_s"] for record in records)
    yield {
        "runs": len(records),
        "cores": CORES,
        **found,
        "train_seconds": round(training, 1),
        "a_run_seconds": round(training / len(records), 2),
        "wall_over_training": round(found["seconds"] * CORES / training, 3),
        "page_mb": megabytes(results / "sweeps"),
    }


def megabytes(folder: Path) -> float:
    """The size of the page in a folder."""
    (page,) = folder.glob("*.html")
    return round(page.stat().st_size / 1e6, 2)


def add(file: Path, found: Row, keys: list[str]) -> list[Row]:
    """Put a row into a table, in the place of one with the same keys; gives all rows, in order."""
    row = {key: str(value) for key, value in found.items()}
    rows: list[Row] = []
    if file.exists():
        with file.open(newline="", encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
    rows = [r for r in rows if any(r[key] != row[key] for key in keys)] + [row]
    rows.sort(key=lambda row: (row.get("workflow", ""), int(row["runs"])))
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def draw(rows: list[Row], target: Path) -> None:
    """Seconds and memory against the number of runs, both axes logarithmic."""
    drawing, panels = style.figure(3.4, 1, 2)
    for place, name in enumerate(dict.fromkeys(row["workflow"] for row in rows)):
        own = [row for row in rows if row["workflow"] == name]
        runs = [int(row["runs"]) for row in own]
        for panel, column in zip(panels, ("seconds", "peak_mb"), strict=True):
            values = [float(row[column]) for row in own]
            panel.plot(runs, values, "o-", ms=4, color=colour(place), label=name)
    for panel, label in zip(panels, ("Dry run (s)", "Peak memory (MB)"), strict=True):
        panel.set(xscale="log", yscale="log", xlabel="Runs", ylabel=label)
        for axis, multiples in ((panel.xaxis, (1,)), (panel.yaxis, (1, 2, 5))):
            axis.set_major_locator(LogLocator(subs=multiples))
            axis.set_major_formatter("{x:,.0f}")
            axis.set_minor_locator(NullLocator())
    panels[0].legend(fontsize=8)
    drawing.savefig(target, metadata={"Date": None})


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("plan")
    one.add_argument("--runs", type=int, nargs="*", default=[100, 1000, 10_000])
    one.add_argument("--packs", type=int, nargs="*", default=[1, 100])
    one.add_argument("--repeats", type=int, default=3)
    one.set_defaults(measure=plan, keys=["workflow", "runs"])
    one = commands.add_parser("tables")
    one.add_argument("--runs", type=int, nargs="*", default=[1000, 10_000])
    one.set_defaults(measure=tables, keys=["runs"])
    one = commands.add_parser("sweep")
    one.add_argument("folder", type=Path)
    one.set_defaults(measure=whole_sweep, keys=["runs"])
    asked = parser.parse_args()
    DOCS.mkdir(exist_ok=True)
    for found in asked.measure(asked):
        print(found, flush=True)
        rows = add(DOCS / f"{asked.command}.csv", found, asked.keys)
        if asked.command == "plan":
            draw(rows, DOCS / "growth.svg")


if __name__ == "__main__":
    main()
