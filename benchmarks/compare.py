"""Train the study's architectures side by side: this project, Keras, a custom loop, PyTorch, JAX.

    python benchmarks/compare.py --data <folder with mnist/ and fashion_mnist/>

All contenders of an architecture run as processes that wait for their turn; turns alternate, so
that a machine whose speed changes is unfair to none. Writes benchmarks/results.csv (a row a
repetition) and prints medians.
"""

import argparse
import csv
import importlib.metadata
import importlib.util
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cases import CASES

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "workflow" / "scripts"))

from study.training import backend  # noqa: E402

COLUMNS = ["case", "contender", "threads", "precision", "repetition", "us_per_image", "accuracy"]
PRECISIONS = ("float32", "mixed_bfloat16")
CONTENDERS = ("ours", "fit", "loop", "torch", "jax")
OPTIONAL = {
    "torch": "PyTorch is not installed (pip install torch, its build for CPUs): left out",
    "jax": "JAX is not installed (pip install jax): left out",
}
"""What is said where the package of a contender's name is missing."""


class Process:
    """A contender, waiting for its turn.

    Attributes:
        key: case, contender, threads and precision.
    """

    def __init__(self, contender: str, case: str, threads: int, precision: str, data: str) -> None:
        """Start it; it is ready once it has answered."""
        self.key = (case, contender, threads, precision)
        environment = os.environ | {"OMP_NUM_THREADS": str(threads), "TF_CPP_MIN_LOG_LEVEL": "3"}
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "contenders.py"),
             contender, case, str(threads), precision, data],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, bufsize=1, env=environment,
        )  # fmt: skip

    def answer(self) -> Any:
        """The next line that it says.

        Raises:
            RuntimeError: if it has ended.
        """
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.key} has ended")
        return json.loads(line)

    def ask(self, word: str) -> Any:
        """Say a word, and wait for the answer."""
        assert self.process.stdin
        print(word, file=self.process.stdin, flush=True)
        return self.answer()


def compare(case: str, contenders: list[str], repetitions: int, data: str) -> list[dict[str, Any]]:
    """Time all contenders of an architecture, turn by turn; the first turn is not counted."""
    every = list(itertools.product(contenders, (1, 2), PRECISIONS))
    processes = []
    for pair in (every[i : i + 2] for i in range(0, len(every), 2)):
        started = [Process(name, case, threads, kind, data) for name, threads, kind in pair]
        for process in started:
            process.answer()
        processes += started
    images = CASES[case].images
    rows = []
    for repetition in range(-1, repetitions):
        for process in processes:
            seconds = process.ask("train")
            if repetition >= 0:
                values = (*process.key, repetition, 1e6 * seconds / images, "")
                rows.append(dict(zip(COLUMNS, values, strict=True)))
    for process in processes:
        accuracy = process.ask("score")
        for row in rows:
            if (row["case"], row["contender"], row["threads"], row["precision"]) == process.key:
                row["accuracy"] = accuracy
        process.process.kill()
        process.process.wait()
    return rows


def installed(contenders: list[str]) -> list[str]:
    """Those contenders whose packages are here; says which ones are left out."""
    found = []
    for name in contenders:
        if name in OPTIONAL and importlib.util.find_spec(name) is None:
            print(OPTIONAL[name])
        else:
            found.append(name)
    return found


def versions() -> dict[str, str]:
    """The versions of the contenders' packages that are installed."""
    names = ("tensorflow", "keras", *OPTIONAL)
    return {
        name: importlib.metadata.version(name) for name in names if importlib.util.find_spec(name)
    }


def peaks() -> dict[str, float]:
    """What one thread reaches: GFLOP/s of TensorFlow's matrix product, GB/s of a copy."""
    code = """
import time, numpy as np, tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
a = tf.random.normal((2048, 2048))
def timed(work):
    start = time.perf_counter(); work(); return time.perf_counter() - start
product = min(timed(lambda: (a @ a).numpy()) for _ in range(10))
b = np.ones(50_000_000, np.float32); c = np.empty_like(b)
copy = min(timed(lambda: np.copyto(c, b)) for _ in range(8))
print(2 * 2048**3 / product / 1e9, 2 * b.nbytes / copy / 1e9)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    flops, copied = map(float, done.stdout.split())
    return {"gflops": flops, "copy_gb_per_s": copied}


def medians(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int, str], tuple[float, ...]]:
    """Lowest, median and highest time an image, in µs, and the accuracy, by contender."""
    found: dict[tuple[str, str, int, str], tuple[float, ...]] = {}
    keys = dict.fromkeys(
        (r["case"], r["contender"], int(r["threads"]), r["precision"]) for r in rows
    )
    for key in keys:
        own = [
            r for r in rows
            if (r["case"], r["contender"], int(r["threads"]), r["precision"]) == key
        ]  # fmt: skip
        times = [float(row["us_per_image"]) for row in own]
        found[key] = (min(times), statistics.median(times), max(times), float(own[0]["accuracy"]))
    return found


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("SOFTMAX2CNN_DATA_DIR"))
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--contenders", nargs="*", default=list(CONTENDERS), choices=CONTENDERS)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE / "results.csv")
    asked = parser.parse_args()
    contenders = installed(asked.contenders)
    if not asked.data:
        parser.error("name the folder of the data, --data or SOFTMAX2CNN_DATA_DIR")
    rows: list[dict[str, Any]] = []
    machine = {**backend.machine(), **peaks(), "versions": versions()}
    machine["date"] = time.strftime("%Y-%m-%d", time.gmtime())
    asked.output.with_name("machine.json").write_text(json.dumps(machine, indent=2) + "\n")
    print(f"one thread: {machine['gflops']:.0f} GFLOP/s, {machine['copy_gb_per_s']:.1f} GB/s")
    for case in asked.cases:
        start = time.perf_counter()
        rows += compare(case, contenders, asked.repetitions, asked.data)
        with asked.output.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(f"\n{case} ({time.perf_counter() - start:.0f} s)")
        found = {key: value for key, value in medians(rows).items() if key[0] == case}
        for (_, name, threads, kind), (low, median, high, accuracy) in found.items():
            print(
                f"  {name:6s} {threads} {kind:15s} {median:8.1f} µs  ({low:.1f} to {high:.1f})"
                f"  accuracy {accuracy:.4f}"
            )


if __name__ == "__main__":
    main()
