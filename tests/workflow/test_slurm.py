"""The study on a Slurm cluster, with jobs cancelled and a node lost: the same bits as at home.

It takes many rounds of asking Slurm, so it has a command of its own: `make cluster`.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import slurm_cluster
from conftest import Checkout, copy_repository

WHY_NOT = slurm_cluster.missing() or (None if "CLUSTER" in os.environ else "see `make cluster`")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))

OPTIONS = (
    "--profile", "profiles/slurm", "--configfile", "config/demo.yaml", "--jobs", "8",
    "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "5",
    "--default-resources", "mem_mb=1500*attempt", "runtime=10*attempt",
)  # fmt: skip

LAST = "results/demo/report.html"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slurm_cluster.Cluster]:
    with slurm_cluster.cluster(tmp_path_factory.mktemp("slurm")) as booted:
        yield booted


def predictions(checkout: Checkout) -> dict[str, str]:
    """A hash of each run's logits."""
    found = {}
    for file in sorted(checkout.path.glob("results/demo/runs/**/predictions.npz")):
        with np.load(file) as stored:
            digest = hashlib.sha256(stored["logits"].tobytes()).hexdigest()
        found[str(file.parent.relative_to(checkout.path))] = digest
    return found


def wait(for_what: Callable[[], object], study: subprocess.Popen[str], seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not for_what():
        assert study.poll() is None, "Snakemake ended"
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.2)


def running(cluster: slurm_cluster.Cluster, rule: str, **wildcards: str) -> list[list[str]]:
    """Id and node of each running job of a rule."""
    words = [rule, *wildcards.values()]
    lines = cluster.ask("squeue", "-h", "-t", "R", "-o", "%i %N %k").splitlines()
    return [line.split()[:2] for line in lines if all(word in line for word in words)]


def test_cancelled_jobs_and_a_lost_node_change_no_bit(
    cluster: slurm_cluster.Cluster, demo: Checkout, tmp_path: Path
) -> None:
    checkout = copy_repository(tmp_path / "on the cluster")
    with (tmp_path / "said").open("w+") as said:
        study = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *OPTIONS, "--", LAST],
            cwd=checkout.path, env=cluster.environment, stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, text=True,
        )  # fmt: skip
        folder = checkout.path / "results" / "demo"
        log = folder / "logs" / "train" / "deep_cnn" / "default" / "seed-0.log"
        wait(lambda: log.exists() and "epoch" in log.read_text(), study, 300)
        (cancelled, node), *_ = running(cluster, "train", experiment="deep_cnn")
        cluster.ask("scancel", cancelled)
        wait(lambda: "stopped after step" in log.read_text(), study, 60)
        wait(lambda: running(cluster, "train"), study, 120)
        _, node = running(cluster, "train")[0]
        cluster.kill_node(node)
        time.sleep(3)
        cluster.start_node(node)
        study.wait(1200)
        said.seek(0)
        output = said.read()
    assert study.returncode == 0, output[-6000:]
    assert (checkout.path / LAST).exists()
    assert predictions(checkout) == predictions(demo)
    assert output.count("Trying to restart job") >= 2, "both were noticed"
    assert not (folder / "checkpoints").exists() or not list(
        (folder / "checkpoints").rglob("step*")
    )


def test_a_job_gets_the_card_that_it_asks_for(
    cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    """`resources.gpu: 1` becomes a card of Slurm's."""
    checkout = copy_repository(tmp_path / "cards")
    (checkout.path / "Snakefile").write_text(
        "rule one:\n"
        "    output: 'visible.txt'\n"
        "    resources: gpu=1\n"
        "    shell: 'echo $CUDA_VISIBLE_DEVICES > {output}'\n"
    )
    done = checkout.snakemake(*OPTIONS, PATH=cluster.environment["PATH"])
    assert done.returncode == 0, done.stdout[-3000:]
    assert (checkout.path / "visible.txt").read_text().strip() == "0"
