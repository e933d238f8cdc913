"""Run the training script's job as a process of its own, as Snakemake would.

    python train_job.py job.json

The JSON names folder, settings, seed, and after how many seconds a checkpoint is due.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

import train
from study.jobs import job


def main(file: str) -> None:
    asked = json.loads(Path(file).read_text())
    folder = Path(asked["folder"])
    run = folder / "runs" / "experiment" / "variant" / "seed-0"
    snakemake = SimpleNamespace(
        rule="train",
        wildcards={},
        threads=asked.get("threads", 1),
        log=[str(folder / "train.log")],
        input=SimpleNamespace(examples=folder / "examples.npz", about=folder / "dataset.json"),
        output=[str(run / name) for name in train.FILES],
        params=SimpleNamespace(
            runs=[
                {
                    "id": "experiment/variant/seed-0",
                    "settings": asked["settings"],
                    "seed": asked["seed"],
                    "checkpoints": str(folder / "checkpoints"),
                    **asked.get("run", {}),
                }
            ],
            source=asked.get("source", "source"),
        ),
    )
    with job(snakemake):
        train.main(snakemake, least_seconds=asked["least_seconds"])


if __name__ == "__main__":
    main(sys.argv[1])
