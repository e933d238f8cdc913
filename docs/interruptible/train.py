"""Fit a straight line by gradient descent; a killed and restarted run ends with the same bits."""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("output", type=Path)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--state", type=Path, required=True)
asked = parser.parse_args()


def flushed(path: Path, data: bytes) -> None:
    """3. Write a file so that it is complete or absent, even if the power fails."""
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


# 4. One process at a time: a job can outlive the Snakemake that started it. The system releases the
#    lock however its owner ends. The lock's file is outside the folder that is removed at the end.
asked.state.parent.mkdir(parents=True, exist_ok=True)
lock = asked.state.with_suffix(".lock").open("w")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    raise SystemExit(f"another process trains this already; its lock is {lock.name}") from None

# 2. A checkpoint belongs to its settings and code: with others it would have another name.
settings = [asked.seed, asked.steps, hashlib.sha256(Path(__file__).read_bytes()).hexdigest()]
identity = hashlib.sha256(json.dumps(settings).encode()).hexdigest()
checkpoint = asked.state / f"{identity}.json"
asked.state.mkdir(exist_ok=True)

# 5. Signals are handled between two steps.
stopping: list[int] = []
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: stopping.append(number))

# 1. The checkpoint, which Snakemake does not know of, holds everything that changes from
#    step to step. JSON keeps floats exactly.
step, line = 0, np.zeros(2)
if checkpoint.exists():
    saved = json.loads(checkpoint.read_text())
    step, line = saved["step"], np.array(saved["line"])
    print(f"continues after step {step}", flush=True)

while step < asked.steps:
    # 6. Randomness is a function of seed and step, so no generator's state has to be saved.
    chance = np.random.default_rng([asked.seed, step])
    x = chance.uniform(-1, 1, 32)
    error = line[0] + line[1] * x - (1 + 2 * x + chance.normal(0, 0.1, 32))
    line = line - 0.1 * np.array([error.mean(), (error * x).mean()])
    step += 1
    time.sleep(0.01)  # a real step takes longer
    if step % 20 == 0 or stopping:
        flushed(checkpoint, json.dumps({"step": step, "line": line.tolist()}).encode())
    if stopping:
        raise SystemExit(143)

# 7. Write the result first, then remove the checkpoints.
asked.output.parent.mkdir(parents=True, exist_ok=True)
flushed(asked.output, json.dumps({"seed": asked.seed, "line": line.tolist()}).encode())
shutil.rmtree(asked.state)
