"""A file system on which files appear some time after the job that wrote them."""

import os
import shutil
from pathlib import Path

from conftest import SMALL_STUDY, Checkout

LATE = "fetched/digits"
HOOK = f"""
import atexit
import os
import pathlib
import subprocess
import sys


def hide():
    if "fetch.py" in "".join(sys.argv):
        folder = pathlib.Path("results/late/{LATE}")
        away = folder.rename(folder.with_name("not yet there"))
        if os.environ["HIDE"] == "a while":
            subprocess.Popen(["sh", "-c", f"sleep 4; mv '{{away}}' '{{folder}}'"])


if os.environ.get("HIDE"):
    atexit.register(hide)
"""
STUDY = f"""{SMALL_STUDY}
study: late
title: Late
experiments: {{late: {{title: Late, dataset: digits, model: mlp}}}}
"""


def test_files_that_appear_late_are_waited_for(checkout: Checkout, tmp_path: Path) -> None:
    """As long as `latency-wait` says, which is a minute in the profile for clusters."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    (checkout.path / "config" / "late.yaml").write_text(STUDY)
    places = os.pathsep.join(filter(None, [str(tmp_path / "hook"), os.environ.get("PYTHONPATH")]))

    def prepare(seconds: str, hidden: str) -> tuple[int, str]:
        done = checkout.snakemake(
            "--configfile", "config/late.yaml", "--latency-wait", seconds,
            "--", "results/late/data/digits/dataset.json", HIDE=hidden, PYTHONPATH=places,
        )  # fmt: skip
        return done.returncode, done.stdout

    status, said = prepare("1", "for ever")
    assert status == 1
    assert f"results/late/{LATE}/examples.npz" in said
    assert "--latency-wait" in said
    shutil.rmtree(checkout.path / "results")
    status, said = prepare("60", "a while")
    assert status == 0, said
    assert "Waiting at most 60 seconds for missing files" in said
    assert (checkout.path / "results/late/data/digits/examples.npz").exists()
