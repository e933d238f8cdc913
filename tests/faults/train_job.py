"""Run the training script's job as a process of its own, as Snakemake would.

    python train_job.py job.json

The JSON names folder, settings, seed, and after how many seconds a checkpoint is due.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

from study import prepared
from study.jobs import job
from study.training.job import train_all
from study.training.run import RunToTrain


def main(file: str) -> None:
    asked = json.loads(Path(file).read_text())
    folder = Path(asked["folder"])
    snakemake = SimpleNamespace(
        rule="train",
        wildcards={},
        threads=asked.get("threads", 1),
        input=[],
        output=[],
        log=[str(folder / "train.log")],
    )
    run = RunToTrain(
        "experiment",
        "variant",
        asked["seed"],
        asked["settings"],
        "code",
        folder / "runs" / "experiment" / "variant" / "seed-0",
        folder,
    )
    with job(snakemake):
        dataset = prepared.load(folder / "examples.npz", folder / "dataset.json")
        train_all([run], dataset, snakemake.threads, least_seconds=asked["least_seconds"])


if __name__ == "__main__":
    main(sys.argv[1])
