"""A Slurm cluster on this machine, in folders of its own: for tests, and to try the profile.

    python tests/slurm_cluster.py FOLDER      # boots it, prints how to use it, ends with Ctrl-C

Needs Debian's packages slurm-wlm and munge, and root. No accounting database; two nodes of one
core each with one pretended graphics card; jobs of the partition `urgent` preempt those of `all`.
"""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

DAEMONS = ("munged", "slurmctld", "slurmd")
COMMANDS = ("sbatch", "srun", "squeue", "scontrol", "sinfo", "scancel", "sacct")
NODES = ("n1", "n2")

CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
GresTypes=gpu
ReturnToService=2
SlurmdTimeout=10
KillWait=30
MinJobAge=600
SchedulerParameters=batch_sched_delay=1,sched_interval=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2
"""


def missing() -> str | None:
    """Why no cluster can be booted here; None if one can."""
    absent = [name for name in (*DAEMONS, *COMMANDS) if not _program(name)]
    if absent:
        return f"Slurm is not installed ({', '.join(absent)} not found)"
    if os.getuid() != 0:
        return "Slurm's daemons need root here"
    return None


class Cluster:
    """A booted cluster.

    Attributes:
        environment: what its commands need to find it.
    """

    def __init__(self, folder: Path) -> None:
        """Write its files; nothing runs yet."""
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("munge", "state", *(f"spool-{node}" for node in NODES)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name).chmod(0o755)
        key = folder / "munge" / "key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        ports = iter(_free_ports(1 + len(NODES)))
        host = socket.gethostname().partition(".")[0]
        text = CONFIG.format(
            host=host,
            port=next(ports),
            folder=folder,
            nodes="\n".join(
                f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={next(ports)} CPUs=1 "
                "RealMemory=8000 Gres=gpu:1 State=UNKNOWN"
                for node in NODES
            ),
        )
        (folder / "slurm.conf").write_text(text)
        # A card is a device's file, of any device.
        gres = f"NodeName={','.join(NODES)} Name=gpu File=/dev/null\n"
        (folder / "gres.conf").write_text(gres)
        # Commands that find the cluster by themselves: Snakemake's plugin takes Slurm's variables
        # out of the environment, SLURM_CONF among them.
        commands = folder / "bin"
        commands.mkdir()
        for name in COMMANDS:
            wrapper = commands / name
            wrapper.write_text(
                f"#!/bin/sh\nSLURM_CONF={shlex.quote(str(folder / 'slurm.conf'))} "
                f'exec {_program(name)} "$@"\n'
            )
            wrapper.chmod(0o755)
        self.environment = os.environ | {"PATH": f"{commands}:{os.environ['PATH']}"}
        self.environment.pop("SLURM_CONF", None)

    def boot(self) -> None:
        """Start the daemons, and wait until the nodes are idle."""
        munge = self.folder / "munge"
        self._start(
            "munged", "--foreground", "--force", f"--key-file={munge}/key",
            f"--socket={munge}/socket", f"--pid-file={munge}/pid", f"--log-file={munge}/log",
            f"--seed-file={munge}/seed",
        )  # fmt: skip
        _wait(lambda: (munge / "socket").exists(), 20, "munged")
        self._start("slurmctld", "-D", "-c")
        for node in NODES:
            self.start_node(node)
        _wait(lambda: self.states() == ["idle"] * len(NODES), 60, "the nodes")

    def start_node(self, node: str) -> None:
        """Start a node's daemon."""
        self._start("slurmd", "-D", "-N", node, name=node)

    def kill_node(self, node: str) -> None:
        """Kill a node's daemon and the jobs that it runs, as if the machine had lost power."""
        daemon = self.processes.pop(node)
        daemon.kill()
        daemon.wait()
        for process in self._of_jobs(node):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _of_jobs(self, node: str) -> list[psutil.Process]:
        """The processes of a node's jobs, Slurm's own that watch over them among these."""
        found: list[psutil.Process] = []
        ours = f"SLURM_CONF={self.folder / 'slurm.conf'}"
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if "slurmstepd" in "".join(process.cmdline()[:1]) and ours in _variables(process):
                    family = [process, *process.children(recursive=True)]
                    if any(f"SLURMD_NODENAME={node}" in _variables(p) for p in family):
                        found += family
        return found

    def run_now(self, job: str) -> None:
        """Start a job that is queued again, for which Slurm waits two minutes otherwise."""
        _wait(lambda: "PENDING" in self.ask("squeue", "-h", "-j", job, "-o", "%T"), 60, job)
        self.ask("scontrol", "update", f"JobId={job}", "StartTime=now")

    def states(self) -> list[str]:
        """The nodes' states."""
        return self.ask("sinfo", "-h", "-N", "-p", "all", "-o", "%t").split()

    def ask(self, *command: str) -> str:
        """What a command of Slurm's says; empty if it fails."""
        path = self.folder / "bin" / command[0]
        done = subprocess.run([path, *command[1:]], capture_output=True, text=True, check=False)
        return done.stdout

    def end(self) -> None:
        """End all daemons and jobs."""
        self.ask("scancel", "--full", "-u", "root")
        time.sleep(1)
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in reversed(self.processes.values()):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, program: str, *arguments: str, name: str | None = None) -> None:
        path = _program(program)
        assert path
        with (self.folder / f"{name or program}.out").open("ab") as output:
            self.processes[name or program] = subprocess.Popen(
                [path, *arguments], stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                env=self.environment | {"SLURM_CONF": str(self.folder / "slurm.conf")},
                cwd=self.folder,
            )  # fmt: skip


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that is there inside the block."""
    booted = Cluster(folder)
    try:
        booted.boot()
        yield booted
    finally:
        booted.end()


def _variables(process: psutil.Process) -> list[str]:
    """A process' environment; psutil's own stops where slurmstepd has overwritten its."""
    with contextlib.suppress(OSError):
        return (
            Path(f"/proc/{process.pid}/environ").read_bytes().decode(errors="replace").split("\0")
        )
    return []


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _wait(done: object, seconds: float, what: str) -> None:
    assert callable(done)
    limit = time.monotonic() + seconds
    while not done():
        if time.monotonic() > limit:
            raise TimeoutError(f"{what} did not come up in {seconds:.0f} s")
        time.sleep(0.2)


if __name__ == "__main__":
    if problem := missing():
        sys.exit(problem)
    with cluster(Path(sys.argv[1]).resolve()) as running:
        print(f"export PATH={running.folder}/bin:$PATH", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
