"""Copy a finished study's results into docs/.

    python docs/snapshot.py [config/replicates.yaml] [--missing | --redraw]

Those of the published study with several seeds go to docs/results/, with its report, and its result
table into the README. Those of another study go to docs/<study>/, which has a page and a folder of
tables for each experiment. With `--missing`, experiments with unfinished runs are left as they are
there, so that a long study can be published in parts, from several days or machines.

Refuses results that Snakemake would recreate, and code that is not committed: the snapshot names
the commit, the date and the hardware that it comes from.

`--redraw` judges, draws and writes docs/results/ again from its own tables, where only code has
changed since that does not train.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import published_runs
import published_study
import study_page
from published_runs import PUBLISHED

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "results"
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import config as study_config  # noqa: E402
from study import fingerprints, manifest  # noqa: E402
from study.config.plan import Plan  # noqa: E402
from study.files import read_json  # noqa: E402

CODE = ("Snakefile", "workflow", "config", "envs")
START, END = "<!-- results: written by make snapshot -->", "<!-- /results -->"


def main() -> None:
    """Rewrite a folder of docs/ from the results of the study in a config."""
    parser = argparse.ArgumentParser(description="Copy a finished study's results into docs/.")
    parser.add_argument("config", nargs="?", default="config/replicates.yaml")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--missing", action="store_true", help="leave out what is not finished")
    way.add_argument("--redraw", action="store_true", help="from the published tables")
    asked = parser.parse_args()
    plan = study_config.load([ROOT / asked.config])
    if asked.redraw:
        if plan.name != PUBLISHED:
            parser.error("only docs/results/ has a report")
        redraw(plan, asked.config)
        return
    results = ROOT / "results" / plan.name
    files = {run.id: results / "runs" / run.id / "run.json" for run in plan.runs}
    records = {
        name: json.loads(file.read_text(encoding="utf-8"))
        for name, file in files.items()
        if file.exists()
    }
    refuse_what_is_not_of_this_commit(asked.config, list(records.values()), asked.missing)
    if plan.name == PUBLISHED:
        there = {(record["experiment"], record["variant"]) for record in records.values()}
        without = sorted({(run.experiment, run.variant) for run in plan.runs} - there)
        if without:
            parser.error(f"docs/results/ has every variant; without any run: {without}")
        where = provenance(list(records.values()))
        publish(plan, results / "tables", (results / "figures").iterdir(), where)
        return
    page = study_page.Page(ROOT / "docs" / plan.name, plan.title)
    experiments = [name for name in plan.experiments if name not in plan.sweeps]
    for name in experiments:
        runs = [records.get(run.id) for run in plan.of_experiment[name]]
        if all(runs):
            where = provenance([run for run in runs if run])
            replace(page.folder / name, study_page.fill, results, where, name)
        else:
            print(f"{name}: not finished, left as it is but for its texts")
            if (page.folder / name).is_dir():
                study_page.update_texts(page.folder / name, plan)
                manifest.write(page.folder / name, [page.folder / name])
    page.write(experiments)


def publish(plan: Plan, csv_files: Path, drawn: Iterable[Path], where: dict[str, Any]) -> None:
    """Rewrite docs/results/, and the README's table."""
    replace(RESULTS, published_study.fill, plan, csv_files, drawn, where)
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    variants, claims = (
        published_study.read(RESULTS / f"{n}.csv") for n in ("variants", "scorecard")
    )
    shown = published_study.result_table(variants, claims)
    readme.write_text(f"{before}{START}\n{shown}\n{END}{after}", encoding="utf-8")


def redraw(plan: Plan, config: str) -> None:
    """Rewrite docs/results/ from its own tables, if its runs are those of this code."""
    refuse_changes()
    if published_runs.check(plan):
        sys.exit("not all published runs are those of this code: run the study first")
    where = read_json(RESULTS / "provenance.json") | {"commit": git("rev-parse", "HEAD")}
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary, "fresh")
        drawn = published_study.redraw(RESULTS, plan, config, fresh)
        publish(plan, fresh, drawn, where)


def replace(target: Path, write: Callable[..., None], *arguments: Any) -> None:
    """Put a folder that a function fills in the place of another, once it is whole."""
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        fresh = Path(temporary, "results")
        write(fresh, *arguments)
        manifest.write(fresh, [fresh])
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    print(f"{target.relative_to(ROOT)}: the results of the commit {git('rev-parse', 'HEAD')[:10]}")


def refuse_changes() -> None:
    """End the program if code is not committed."""
    changed = git("status", "--porcelain", "--", *CODE)
    if changed:
        sys.exit(f"commit first; the snapshot names the commit that made it:\n{changed}")


def refuse_what_is_not_of_this_commit(
    config: str, records: list[dict[str, Any]], may_miss: bool
) -> None:
    """End the program if code is not committed, or results were made by other code.

    Snakemake knows that of all its results, where it has its own records of them; each run says by
    which code it was trained, wherever it is.
    """
    refuse_changes()
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


def provenance(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The commit, and from the runs' records when and on what they were trained."""
    finished = sorted(record["finished"] for record in records)
    machines = {json.dumps(record["machine"], sort_keys=True) for record in records}
    return {
        "commit": git("rev-parse", "HEAD"),
        "finished": {"first": finished[0], "last": finished[-1]},
        "machines": [json.loads(machine) for machine in sorted(machines)],
        "devices": sorted({record["device"]["name"] for record in records}),
        "versions": {
            package: sorted({record["versions"][package] for record in records})
            for package in records[0]["versions"]
        },
    }


def git(*arguments: str) -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
