"""Say which published runs are those of this code: `make current`.

    python docs/published_runs.py [config ...]

A published run is current if the config still has it with the same settings, and the code that
determines its bits is the one that trained it. Any other has to be trained again before its
numbers are today's. The exit status is 1 if there is any.
"""

import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import config as study_config  # noqa: E402
from study import fingerprints  # noqa: E402
from study.config.plan import Plan  # noqa: E402
from study.evaluation.settings import flat  # noqa: E402
from study.words import listed, plural  # noqa: E402

CONFIGS = ("config/replicates.yaml", "config/frontier.yaml", "config/matrix.yaml")
PUBLISHED = "replicates"
"""The study whose results are docs/results/; those of others are in docs/<study>/<experiment>/."""


def check(plan: Plan) -> int:
    """Print which published runs of a study are current; returns how many are not."""
    planned = {(run.experiment, run.variant, str(run.seed)): run for run in plan.runs}
    others = 0
    for file in tables_of_runs(plan.name):
        with file.open(newline="", encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
        differing: dict[tuple[str, str, str], list[str]] = {}
        for row in rows:
            run = planned.get((row["experiment"], row["variant"], row["seed"]))
            what = next(differences(row, run.settings), "") if run else "is no longer planned"
            if what:
                found = row["experiment"], row["variant"], what
                differing.setdefault(found, []).append(row["seed"])
        count = sum(map(len, differing.values()))
        others += count
        name = file.parent.relative_to(ROOT).as_posix()
        print(f"{name}: {len(rows) - count} of {plural(len(rows), 'run')} are those of this code")
        for (experiment, variant, what), seeds in differing.items():
            print(f"  {experiment}/{variant} {what} (seeds {listed(seeds)})")
    return others


def tables_of_runs(study: str) -> list[Path]:
    """The published tables of a study's runs."""
    if study == PUBLISHED:
        return [ROOT / "docs" / "results" / "runs.csv"]
    return sorted((ROOT / "docs" / study).glob("*/runs.csv"))


def differences(row: Mapping[str, str], settings: Mapping[str, Any]) -> Iterator[str]:
    """What a published run differs in from one of these settings by this code.

    Args:
        row: of the published table of runs.
        settings: as planned.
    """
    for name, value in flat(settings).items():
        if name in row and not _same(row[name], value):
            yield f"had {name} = {row[name] or 'none'}, now {value if value != '' else 'none'}"
    if row["code_fingerprint"] != fingerprints.of_training(settings):
        yield "was trained by other code"


def _same(written: str, value: Any) -> bool:
    """Whether a field of the table says a value; the order of the keys of a mapping is none."""
    if isinstance(value, bool | str):
        return [sorted(item.split()) for item in written.split(" × ")] == [
            sorted(item.split()) for item in str(value).split(" × ")
        ]
    return written != "" and float(written) == value


if __name__ == "__main__":
    plans = [study_config.load([ROOT / name]) for name in sys.argv[1:] or CONFIGS]
    sys.exit(bool(sum([check(plan) for plan in plans])))
