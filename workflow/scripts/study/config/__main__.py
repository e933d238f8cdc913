"""Check config files, or say what is wrong with them, without Snakemake.

    python -m study.config config/mine.yaml

Snakemake reads the files of `--configfile` before the study does, and does not name a file, nor a
line, that is not YAML.
"""

import sys
from pathlib import Path

from study.config import load
from study.jobs import command


def main(files: list[str]) -> str:
    """Check the config of these files; returns what it describes.

    Raises:
        StudyError: with everything that is wrong.
    """
    plan = load([Path(file) for file in files])
    experiments = len(plan.experiments)
    return f"{plan.name}: {len(plan.runs):,} runs of {experiments:,} experiments"


if __name__ == "__main__":
    with command():
        print(main(sys.argv[1:] or ["config/config.yaml"]))
