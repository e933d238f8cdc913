"""The study on a Slurm cluster, with jobs cancelled, preempted and lost: the same bits as at home.

Here a few runs of the demo; `make cluster` takes the whole demo.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from finished_demo import CONFIG, RUNS

import slurm_cluster
from conftest import Checkout, copy_repository

WHOLE = "CLUSTER" in os.environ
WHY_NOT = slurm_cluster.missing()
pytestmark = pytest.mark.skipif(WHY_NOT is not None and not WHOLE, reason=str(WHY_NOT))

OPTIONS = (
    "--profile", "profiles/slurm", "--jobs", "8",
    "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "1",
)  # fmt: skip

LONG_RUN = "results/demo/runs/deep_cnn/default/seed-0"

SAMPLE = [
    LONG_RUN,
    "results/demo/runs/lenet5/improved-150/seed-0",  # continues the next
    "results/demo/runs/lenet5/improved/seed-0",
]


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


@contextlib.contextmanager
def started(
    cluster: slurm_cluster.Cluster, checkout: Checkout, *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    """Snakemake on the cluster, ended with the block; what it says is in the file `said`."""
    with (checkout.path / "said").open("w") as said:
        study = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *OPTIONS, *arguments],
            cwd=checkout.path, env=cluster.environment, stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, text=True,
        )  # fmt: skip
        try:
            yield study
        finally:
            study.kill()  # where it is done, this does nothing
            study.wait()


def wait(for_what: Callable[[], object], study: subprocess.Popen[str], seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not for_what():
        assert study.poll() is None, "Snakemake ended"
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.2)


def place(cluster: slurm_cluster.Cluster, *words: str) -> tuple[str, str]:
    """Id and node of the running job whose comment has some words."""
    lines = cluster.ask("squeue", "-h", "-t", "R", "-o", "%i %N %k").splitlines()
    (line,) = (line for line in lines if all(word in line for word in words))
    job, node, _ = line.split(maxsplit=2)
    return job, node


def test_cancelled_preempted_and_lost_jobs_change_no_bit(
    cluster: slurm_cluster.Cluster, demo: Checkout, tmp_path: Path
) -> None:
    checkout = copy_repository(tmp_path / "on the cluster")
    folder = checkout.path / "results" / "demo"
    if not WHOLE:
        for data in ("fetched", "data"):
            shutil.copytree(demo.path / "results" / "demo" / data, folder / data)
        metadata = Path(".snakemake", "metadata")
        shutil.copytree(demo.path / metadata, checkout.path / metadata)
    targets = ["results/demo/report.html"] if WHOLE else [f"{run}/run.json" for run in SAMPLE]
    log = folder / "logs" / "train" / "deep_cnn" / "default" / "seed-0.log"

    def logged(words: str) -> bool:
        return log.exists() and words in log.read_text()

    def continues() -> bool:
        return logged("continues from") and not logged("stopped at step")

    with started(cluster, checkout, *CONFIG, "--", *targets) as study:
        wait(lambda: logged(" step 0 "), study, 120)  # before the first update
        job, _ = place(cluster, "deep_cnn")
        cluster.ask("scancel", job)
        wait(lambda: logged("stopped at step"), study, 60)

        wait(continues, study, 180)
        job, node = place(cluster, "deep_cnn")
        cluster.ask("sbatch", "-p", "urgent", "-w", node, "-o", "/dev/null", "--wrap", "sleep 2")
        wait(lambda: logged("stopped at step"), study, 60)
        cluster.run_now(job)

        wait(continues, study, 180)
        again, node = place(cluster, "deep_cnn")
        cluster.kill_node(node)
        cluster.run_now(job)
        wait(lambda: job in cluster.ask("squeue", "-h", "-t", "R", "-o", "%i").split(), study, 60)
        time.sleep(5)
        cluster.start_node(node)
        study.wait(1500 if WHOLE else 300)
    output = (checkout.path / "said").read_text()
    assert study.returncode == 0, output[-6000:]
    assert again == job, "Slurm put the preempted job into its queue again"
    record = json.loads((checkout.path / LONG_RUN / "run.json").read_text())
    cancelled_at, preempted_at = record["resumed_at"][:2]
    assert 0 < cancelled_at < preempted_at < record["settings"]["training"]["steps"]
    expected = predictions(demo)
    assert len(expected) == RUNS
    if not WHOLE:
        expected = {run: expected[run] for run in SAMPLE}
    assert predictions(checkout) == expected
    assert output.count("Trying to restart job") == 1, "the cancelled one; Slurm had the others"
    assert not (folder / "checkpoints").exists() or not list(
        (folder / "checkpoints").rglob("step*")
    )


def test_a_job_gets_the_gpu_that_it_asks_for(
    cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    """`resources.gpu: 1` becomes a GPU of Slurm's."""
    checkout = copy_repository(tmp_path / "gpus")
    (checkout.path / "Snakefile").write_text(
        "rule one:\n"
        "    output: 'visible.txt'\n"
        "    resources: gpu=1\n"
        "    shell: 'echo $CUDA_VISIBLE_DEVICES > {output}'\n"
    )
    done = checkout.snakemake(*OPTIONS, PATH=cluster.environment["PATH"])
    assert done.returncode == 0, done.stdout[-3000:]
    assert (checkout.path / "visible.txt").read_text().strip() == "0"


@pytest.mark.skipif(not WHOLE, reason="takes minutes; see `make cluster`")
def test_a_training_that_runs_out_of_time_continues_with_more(
    cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    checkout = copy_repository(tmp_path / "out of time")
    (checkout.path / "config" / "long.yaml").write_text(
        "extends: demo.yaml\n"
        "study: long\n"
        "experiments: {deep_cnn: {training: {steps: 2500}, resources: {runtime: 1}}}\n"
    )
    record = "results/long/runs/deep_cnn/default/seed-0/run.json"
    done = checkout.snakemake(
        *OPTIONS, "--configfile", "config/long.yaml", "--", record, PATH=cluster.environment["PATH"]
    )
    assert done.returncode == 0, done.stdout[-5000:]
    # The state that Slurm gives the first job depends on who is faster: the job saves a checkpoint
    # and fails, or is killed. Its log stays; that of a job that succeeds is removed.
    [log] = (checkout.path / "results/slurm/rule_train").rglob("*.log")
    assert "DUE TO TIME LIMIT" in log.read_text()
    assert json.loads((checkout.path / record).read_text())["resumed_at"]


@pytest.mark.skipif(not WHOLE, reason="takes a minute; see `make cluster`")
def test_trainings_that_are_ready_at_once_can_be_an_array(
    cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    """The command of docs/cluster.md, with two runs."""
    checkout = copy_repository(tmp_path / "array")
    runs = [
        f"results/demo/runs/activation_grid/activation-{name}/seed-0/run.json"
        for name in ("relu", "tanh")
    ]
    data = "results/demo/data/digits/models.json"
    path = cluster.environment["PATH"]
    done = checkout.snakemake("--cores", "2", *CONFIG, "--", data)
    assert done.returncode == 0, done.stdout[-3000:]
    arrays = ("--slurm-array-jobs", "train")
    done = checkout.snakemake(*OPTIONS, *arrays, *CONFIG, "--", *runs, PATH=path)
    assert done.returncode == 0, done.stdout[-5000:]
    assert all((checkout.path / run).is_file() for run in runs)
    logs = {file.name for file in (checkout.path / "results/slurm/rule_train").iterdir()}
    assert len(logs) == 2
    assert {re.fullmatch(r"\d+_(\d+)\.log", name)[1] for name in logs} == {"1", "2"}  # type: ignore
