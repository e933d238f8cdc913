"""Copy a finished study's results into docs/.

    python docs/snapshot.py [config/config.yaml] [--missing]

Those of the published study go to docs/results/, with its report, and its result table into the
README. Those of another study go to docs/<study>/, which has a page and a folder of tables for each
experiment. With `--missing`, experiments with unfinished runs are left as they are there, so that a
long study can be published in parts, from several days or machines.

Refuses results that Snakemake would make anew, and code that is not committed: the snapshot names
the commit, the date and the hardware that it comes from.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import study_page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import config as study_config  # noqa: E402
from study import fingerprints  # noqa: E402
from study.words import spaced  # noqa: E402

CODE = ("Snakefile", "workflow", "config", "envs")
FIGURES = (
    "comparison",
    "class_heatmap",
    "training_curves/dropout_grid",
    "training_curves/lenet5",
    "mistakes/lenet5",
    "feature_maps/deep_cnn/default",
)
START, END = "<!-- results: written by make snapshot -->", "<!-- /results -->"
LIMIT = 12_000_000
PUBLISHED = "published"
"""The study whose results are docs/results/."""

Row = dict[str, str]


def main() -> None:
    """Rewrite a folder of docs/ from the results of the study in a config."""
    parser = argparse.ArgumentParser(description="Copy a finished study's results into docs/.")
    parser.add_argument("config", nargs="?", default="config/config.yaml")
    parser.add_argument("--missing", action="store_true", help="leave out what is not finished")
    asked = parser.parse_args()
    plan = study_config.load([ROOT / asked.config])
    if asked.missing and plan.name == PUBLISHED:
        parser.error("the published study is copied as a whole: it cannot miss runs")
    results = ROOT / "results" / plan.name
    files = {run.id: results / "runs" / run.id / "run.json" for run in plan.runs}
    records = {
        name: json.loads(file.read_text(encoding="utf-8"))
        for name, file in files.items()
        if file.exists()
    }
    refuse_what_is_not_of_this_commit(asked.config, list(records.values()), asked.missing)
    if plan.name == PUBLISHED:
        publish(results, list(records.values()))
        return
    page = study_page.Page(ROOT / "docs" / plan.name, plan.title)
    experiments = [name for name in plan.experiments if name not in plan.sweeps]
    for name in experiments:
        runs = [records.get(run.id) for run in plan.of_experiment[name]]
        if all(runs):
            where = provenance([run for run in runs if run])
            replace(page.folder / name, study_page.fill, results, where, name)
        else:
            print(f"{name}: not finished, left as it is")
    page.write(experiments)


def publish(results: Path, records: list[dict[str, Any]]) -> None:
    """Rewrite docs/results/, and the README's table."""
    target = ROOT / "docs" / "results"
    replace(target, fill, results, provenance(records))
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    shown = result_table(read(target / "runs.csv"), read(target / "scorecard.csv"))
    readme.write_text(f"{before}{START}\n{shown}\n{END}{after}", encoding="utf-8")


def replace(target: Path, write: Callable[..., None], *arguments: Any) -> None:
    """Put a folder that a function fills in the place of another, once it is whole."""
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        fresh = Path(temporary, "results")
        write(fresh, *arguments)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    print(f"{target.relative_to(ROOT)}: the results of the commit {git('rev-parse', 'HEAD')[:10]}")


def refuse_what_is_not_of_this_commit(
    config: str, records: list[dict[str, Any]], may_miss: bool
) -> None:
    """End the program if code is not committed, or results were made by other code.

    Snakemake knows that of all its results, where it has its own records of them; each run says by
    which code it was trained, wherever it is.
    """
    changed = git("status", "--porcelain", "--", *CODE)
    if changed:
        sys.exit(f"commit first; the snapshot names the commit that made it:\n{changed}")
    for run in records:
        settings = run["settings"]
        now = fingerprints.of_training(settings)
        if run["code_fingerprint"] != now:
            sys.exit(
                f"the results are not those of this code: {run['experiment']}/{run['variant']} was "
                "trained by another; run the study first"
            )
    plan = subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "--configfile", config]
        + ["--config", "missing=show"] * may_miss,
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if plan.returncode or "Nothing to be done" not in plan.stdout + plan.stderr:
        sys.exit(
            "the results are not those of this code: run the study first, "
            f"snakemake --configfile {config}\n{plan.stderr[-500:]}"
        )


def fill(folder: Path, results: Path, where: dict[str, Any]) -> None:
    """Copy a study's results to a new folder; ends the program if that gets too large."""
    (folder / "figures").mkdir(parents=True)
    shutil.copy(results / "report.html", folder)
    for table in sorted((results / "tables").glob("*.csv")):
        shutil.copy(table, folder)
    for figure in FIGURES:
        flat = figure.removesuffix("/default").replace("/", "-")
        # A kind of figure with one picture has it in a folder of its own name.
        drawn = figure if "/" in figure else f"{figure}/{figure}"
        shutil.copy(results / "figures" / f"{drawn}.svg", folder / "figures" / f"{flat}.svg")
    (folder / "provenance.json").write_text(json.dumps(where, indent=2) + "\n", encoding="utf-8")
    page = about(where, read(folder / "scorecard.csv"))
    (folder / "README.md").write_text(page, encoding="utf-8")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if size > LIMIT:
        sys.exit(f"the snapshot has {size:,} bytes, more than {LIMIT:,}")


def provenance(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The commit, and from the runs' records when and on what they were trained."""
    finished = sorted(record["finished"] for record in records)
    machines = {json.dumps(record["machine"], sort_keys=True) for record in records}
    return {
        "commit": git("rev-parse", "HEAD"),
        "finished": {"first": finished[0], "last": finished[-1]},
        "machines": [json.loads(machine) for machine in sorted(machines)],
        "devices": sorted({record["device"]["name"] for record in records}),
        "versions": records[0]["versions"],
    }


def about(where: dict[str, Any], claims: list[Row]) -> str:
    """The page that says what the snapshot is, and what is not reproduced."""
    judged = judged_once(claims)
    missed = [claim for claim in judged if claim["reproduced"] == "no"]
    lines = "\n".join(
        f"* {c['claim']}: published {c['published']}, ours {c['ours']}"
        + (f" ({c['remark']})" if c["remark"] else "")
        for c in missed
    )
    return f"""# The published study's results

Written by the workflow, and put here by `make snapshot`.

* [report.html](report.html): the whole report; it needs nothing beside itself
* `runs.csv`, `classes.csv`, `histories.csv`, `scorecard.csv`: one row per run, per class of a
  run, per epoch or log point, and per claim
* `figures/`: some of the figures
* `provenance.json`: what this page says of where the results come from

{study_page.origin(where)}

## Not reproduced, of {len(judged)} claims at the published length of training

{lines}

A verdict near its limit can change with the seed. Times were taken as the runs went, two at a time;
other work on the machine would have lengthened them.
"""


def result_table(runs: list[Row], claims: list[Row]) -> str:
    """The runs as a table in Markdown, the published test accuracy beside ours."""
    published = {
        (claim["experiment"], claim["variant"] or "default"): claim
        for claim in claims
        if claim["measure"] == "test_accuracy"
    }
    judged = [claim["reproduced"] for claim in judged_once(claims)]
    lines = [
        f"Of {len(judged)} published claims, **{judged.count('yes')} are reproduced** and "
        f"{judged.count('no')} are not.",
        "",
        "| experiment | variant | data | parameters | accuracy | 95 % interval | published | |",
        "|---|---|---|---:|---:|---|---:|---|",
    ]
    for run in runs:
        claim = published.get((run["experiment"], run["variant"]))
        verdict = {"yes": "reproduced", "no": "not reproduced"}
        cells = [
            spaced(run["experiment"]),
            spaced(run["variant"]),
            run["dataset_title"],
            f"{int(float(run['parameter_count'])):,}",
            f"{float(run['accuracy']):.4f}",
            f"{float(run['accuracy_low']):.4f} to {float(run['accuracy_high']):.4f}",
            claim["published"] if claim else "",
            verdict.get(claim["reproduced"], "") if claim else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def judged_once(claims: list[Row]) -> list[Row]:
    """The claims that were judged, without checks and those held against longer runs once more."""
    return [
        c for c in claims if c["reproduced"] in ("yes", "no") and not c["again"] and not c["check"]
    ]


def read(file: Path) -> list[Row]:
    """A CSV file's rows."""
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def git(*arguments: str) -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
