"""The jobs of a small study, recorded as Snakemake ran them, so that one can be run by itself.

Snakemake starts a script with a line in front that holds all it knows of the job. A copy of that
script, started in a folder with the job's inputs, is the job again.
"""

import ast
import os
import pickle
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import Checkout

CONFIG = "config/faults.yaml"
STUDY = """
study: faults
title: Faults
datasets:
  digits: {source: digits, title: Digits}
defaults:
  seeds: [0]
  device: cpu
  resources: {runtime: 1}
experiments:
  alone:
    title: Alone
    dataset: digits
    model: softmax_regression
    splits: {train: "train[200:]", validation: "train[:200]", test: test}
    training: {epochs: 3, batch_size: 100, optimizer: {name: sgd, learning_rate: 0.1}}
    variants:
      plain: {}
  packed:
    title: Packed
    dataset: digits
    model: mlp
    pack: 2
    seeds: [0, 1]
    training: {epochs: 2, batch_size: 100}
    variants:
      small: {}
"""
PICKLED = re.compile(r"""pickle\.loads\((b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")\)""")
HOOK = """
import atexit
import os
import shutil
import sys


def keep():
    script = os.path.abspath(sys.argv[0]) if sys.argv else ""
    if os.path.join(".snakemake", "scripts") in script:
        shutil.copy(script, os.environ["RECORDED_SCRIPTS"])


if os.environ.get("RECORDED_SCRIPTS"):
    atexit.register(keep)
"""


@dataclass(frozen=True)
class Job:
    """A job of the study.

    Attributes:
        name: the rule, and the wildcards that tell its jobs apart.
        script: the file to run.
        outputs: relative to the study's checkout; files and folders.
        log: likewise.
    """

    name: str
    script: Path
    outputs: list[str] = field(repr=False)
    log: str = field(repr=False)

    @property
    def trains(self) -> bool:
        """Whether it is a training, which writes checkpoints, too."""
        return self.name.startswith("train")


def record(checkout: Checkout, scripts: Path, hook: Path) -> dict[str, Job]:
    """Run the study, and give its jobs by name.

    Args:
        checkout: the project's files, where the study is run.
        scripts, hook: new folders, for the recorded scripts and for what records them.
    """
    scripts.mkdir()
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)
    (checkout.path / CONFIG).write_text(STUDY)
    places = os.pathsep.join(filter(None, [str(hook), os.environ.get("PYTHONPATH")]))
    done = checkout.snakemake(
        "--configfile", CONFIG, RECORDED_SCRIPTS=str(scripts), PYTHONPATH=places
    )
    assert done.returncode == 0, done.stdout[-5000:]
    found = [_job(script) for script in scripts.iterdir()]
    return {job.name: job for job in sorted(found, key=lambda job: job.name)}


def _job(script: Path) -> Job:
    (quoted,) = PICKLED.findall(script.read_text())
    known: Any = pickle.loads(ast.literal_eval(quoted))
    wildcards = [value for key, value in known.wildcards.items() if key != "study"]
    return Job("/".join([known.rule, *wildcards]), script, list(known.output), known.log[0])


def before(job: Job, checkout: Checkout, folder: Path) -> Path:
    """A copy of the study's results as they were before a job, as far as the job can tell."""
    shutil.copytree(checkout.path / "results", folder / "results")
    forget(job, folder)
    (folder / job.log).unlink()
    if job.trains:
        for name in ("checkpoints", "locks"):
            shutil.rmtree(folder / "results" / "faults" / name)
    return folder


def forget(job: Job, folder: Path) -> None:
    """Remove a job's outputs, as Snakemake does before a job and when one has failed."""
    for output in job.outputs:
        path = folder / output
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
