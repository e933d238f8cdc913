"""Copy a finished study's results to docs/results/, and its result table into the README.

    python docs/snapshot.py [study]

Refuses runs that other code has trained than the code that stands here, and uncommitted code: the
snapshot names the commit, the date and the hardware that it comes from.
"""

import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import models, sources  # noqa: E402
from study.style import short  # noqa: E402

CODE = ("Snakefile", "workflow", "config", "envs")
FIGURES = (
    "comparison",
    "class_heatmap",
    "training_curves/dropout_grid",
    "training_curves/lenet5",
    "mistakes/lenet5",
    "illustrations/feature_maps/deep_cnn/default",
)
START, END = "<!-- results: written by make snapshot -->", "<!-- /results -->"
LIMIT = 12_000_000

Row = dict[str, str]


def main(study: str) -> None:
    """Rewrite docs/results/ and the README's table from the results of a study."""
    results, target = ROOT / "results" / study, ROOT / "docs" / "results"
    if not (results / "report.html").is_file():
        sys.exit(f"there is no {results / 'report.html'}: run the study first")
    records = sorted((results / "runs").rglob("run.json"))
    where = provenance(records)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(results / "report.html", target)
    for table in sorted((results / "tables").glob("*.csv")):
        shutil.copy(table, target)
    (target / "figures").mkdir()
    for figure in FIGURES:
        flat = figure.removesuffix("/default").replace("/", "-")
        shutil.copy(results / "figures" / f"{figure}.svg", target / "figures" / f"{flat}.svg")
    (target / "provenance.json").write_text(json.dumps(where, indent=2) + "\n", encoding="utf-8")
    claims = read(target / "scorecard.csv")
    (target / "README.md").write_text(about(where, claims), encoding="utf-8")
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    if size > LIMIT:
        sys.exit(f"the snapshot has {size:,} bytes, more than {LIMIT:,}")
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    shown = result_table(read(target / "runs.csv"), claims)
    readme.write_text(f"{before}{START}\n{shown}\n{END}{after}", encoding="utf-8")
    print(f"{target}: {size / 1e6:.1f} MB of the commit {where['commit'][:10]}")


def provenance(records: list[Path]) -> dict[str, Any]:
    """The commit, dates, hardware and versions; ends the program if they would not be true."""
    changed = git("status", "--porcelain", "--", *CODE)
    if changed:
        sys.exit(f"commit first; the snapshot names the commit that made it:\n{changed}")
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in records]
    for run in runs:
        now = sources.fingerprint("train.py", models.source(run["settings"]["model"]))
        if run["source_fingerprint"] != now:
            sys.exit(f"{run['run']} was trained by other code than this: run the study again")
    days = sorted(time.strftime("%Y-%m-%d", time.gmtime(f.stat().st_mtime)) for f in records)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "commit": git("rev-parse", "HEAD"),
        "trained": {"first": days[0], "last": days[-1]},
        "hardware": {
            "processors": sorted({run["device"]["name"] for run in runs}),
            "devices": sorted({run["device"]["kind"] for run in runs}),
            "cores": os.cpu_count(),
            "memory_gb": round(memory / 1e9),
            "system": platform.system(),
        },
        "versions": runs[0]["versions"],
    }


def about(where: dict[str, Any], claims: list[Row]) -> str:
    """The page that says what the snapshot is, and what is not reproduced."""
    hardware = where["hardware"]
    days = " to ".join(dict.fromkeys(where["trained"].values()))
    missed = [claim for claim in claims if claim["reproduced"] == "no"]
    judged = [claim for claim in claims if claim["reproduced"] in ("yes", "no")]
    lines = "\n".join(
        f"* {c['claim']}: published {c['published']}, ours {c['ours']}"
        + (f" ({c['remark']})" if c["remark"] else "")
        for c in missed
    )
    return f"""# The published study's results

Written by the workflow, and put here by `make snapshot`.

* [report.html](report.html): the whole report; it needs nothing beside itself
* `runs.csv`, `classes.csv`, `histories.csv`, `scorecard.csv`: a row a run, a class of a run, a row
  of history, a claim
* `figures/`: some of the figures
* `provenance.json`: what this page says of where the results come from

Trained on {days} on {" and ".join(hardware["processors"])} ({hardware["cores"]} cores,
{hardware["memory_gb"]} GB, {hardware["system"]}, device: {", ".join(hardware["devices"])});
evaluated, drawn and reported by the code of commit `{where["commit"][:10]}`, whose training code is
the one that trained the runs.

## Not reproduced, of {len(judged)} claims

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
    judged = [claim["reproduced"] for claim in claims if claim["reproduced"] in ("yes", "no")]
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
            short(run["experiment"]),
            short(run["variant"]),
            run["dataset_title"],
            f"{int(run['parameters']):,}",
            f"{float(run['accuracy']):.4f}",
            f"{float(run['accuracy_low']):.4f} to {float(run['accuracy_high']):.4f}",
            claim["published"] if claim else "",
            verdict.get(claim["reproduced"], "") if claim else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def read(file: Path) -> list[Row]:
    """A CSV file's rows."""
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def git(*arguments: str) -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "published")
