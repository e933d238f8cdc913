"""What bookkeeping costs as a sweep grows: dry runs, beside a bare workflow of three rules.

    python benchmarks/scaling.py [--runs 1000 10000] [--packs 1 100]

Writes docs/scaling/growth.csv and growth.svg, and prints the table. Each size is planned in a
folder of its own, with nothing made yet; times and peak memory are those of the whole process.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import style  # noqa: E402

COLUMNS = ["workflow", "runs", "jobs", "seconds", "peak_mb"]
SEEDS = 10
CHUNK = 500  # of workflow/rules/common.smk

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


def bare(folder: Path, runs: int) -> list[str]:
    """A workflow of three rules; gives Snakemake's arguments."""
    (folder / "Snakefile").write_text(BARE.format(runs=runs))
    return ["--cores", "2"]


def sweep(folder: Path, runs: int, pack: int) -> list[str]:
    """The example sweep with another grid; gives Snakemake's arguments."""
    whole = yaml.safe_load((ROOT / "config" / "sweep.yaml").read_text(encoding="utf-8"))
    (experiment,) = whole["experiments"].values()
    rates = [round(0.05 * i, 2) for i in range(min(10, runs // SEEDS))]
    widths = list(range(1, 1 + runs // SEEDS // len(rates)))
    experiment.update(pack=pack, seeds=list(range(SEEDS)))
    experiment["grid"] = {"parameters.dropout": rates, "parameters.units": widths}
    (folder / "config.yaml").write_text(yaml.safe_dump(whole, sort_keys=False))
    return ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]


def plan(folder: Path, arguments: list[str]) -> dict[str, float]:
    """Dry-run a workflow; how many jobs it plans, and what that cost."""
    profile = ["--workflow-profile", str(ROOT / "profiles" / "default")]
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "all", *profile, *arguments]
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


def draw(rows: list[dict[str, str]], target: Path) -> None:
    """Seconds and memory against the number of runs, both axes logarithmic."""
    drawing, panels = style.figure(3.4, 1, 2)
    for place, name in enumerate(dict.fromkeys(row["workflow"] for row in rows)):
        own = [row for row in rows if row["workflow"] == name]
        runs = [int(row["runs"]) for row in own]
        for panel, column in zip(panels, ("seconds", "peak_mb"), strict=True):
            values = [float(row[column]) for row in own]
            panel.plot(runs, values, "o-", ms=4, color=style.colour(place), label=name)
    for panel, label in zip(panels, ("Dry run (s)", "Peak memory (MB)"), strict=True):
        panel.set(xscale="log", yscale="log", xlabel="Runs", ylabel=label)
    panels[0].legend(fontsize=8)
    style.save(drawing, [target])


def main() -> None:
    """Measure what the command line asks for; earlier measurements of other sizes stay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--packs", type=int, nargs="*", default=[1, 100])
    parser.add_argument("--no-bare", action="store_true")
    asked = parser.parse_args()
    target = ROOT / "docs" / "scaling"
    target.mkdir(exist_ok=True)
    table = target / "growth.csv"
    rows: list[dict[str, str]] = []
    if table.exists():
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    for runs in asked.runs:
        kinds = {} if asked.no_bare else {"three bare rules": 0}
        kinds |= {f"sweep, packs of {pack}": pack for pack in asked.packs}
        for name, pack in kinds.items():
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                arguments = sweep(folder, runs, pack) if pack else bare(folder, runs)
                jobs = -(-runs // pack) + -(-runs // CHUNK) if pack else 2 * runs
                found = {"workflow": name, "runs": runs, "jobs": jobs, **plan(folder, arguments)}
            print(found, flush=True)
            row = {key: str(value) for key, value in found.items()}
            rows = [r for r in rows if (r["workflow"], r["runs"]) != (name, str(runs))] + [row]
            rows.sort(key=lambda row: (row["workflow"], int(row["runs"])))
            with table.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    draw(rows, target / "growth.svg")


if __name__ == "__main__":
    main()
