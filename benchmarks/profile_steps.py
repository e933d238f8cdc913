"""Where a training step's time goes, by TensorFlow's own profiler, on one thread.

    python benchmarks/profile_steps.py --data <folder with mnist/ and fashion_mnist/>

Writes docs/benchmark/profile.md. The profiler leaves out operations that TensorFlow thinks cheap;
they and the time between operations are the row `the rest`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import architectures
from cases import CASES
from tabulate import ROOT, flops

KINDS = {
    "convolutions, forward": r"Conv2D$",
    "convolutions, to their inputs": r"Conv2DBackpropI",
    "convolutions, to their kernels": r"Conv2DBackpropF",
    "dense layers": r"MatMul",
    "batch normalisation": r"FusedBatchNorm",
    "pooling, ReLU, dropout, compiled": r"ProcessAsync::Start$|Pool|ReluGrad",
    "random bits": r"StatelessRandom",
    "space to depth, transposes": r"SpaceToDepth|DepthToSpace|Transpose",
    "optimiser": r"ResourceApply",
}
BYTES_A_WEIGHT = {"adam": 28, "adadelta": 28, "sgd": 20}
"""Read gradient, weight and slots, write weight and slots: four bytes each."""


def profile(name: str, data: str) -> None:
    """In a process of its own: train, and print seconds by kind, and the whole, as JSON."""
    import contenders

    case = CASES[name]
    train, _ = contenders.ours(case, contenders.read(Path(data) / case.dataset), 1, "float32")
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    train()
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        train()
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace()
        space.ParseFromString(next(Path(folder).rglob("*.xplane.pb")).read_bytes())
    seconds: Counter[str] = Counter()
    for plane in space.planes:
        names = {key: value.name for key, value in plane.event_metadata.items()}
        for line in plane.lines:
            for event in line.events:
                operation = names[event.metadata_id]
                kind = operation.rpartition(":")[2] if "/" in operation else operation
                seconds[kind] += event.duration_ps / 1e12
    found: dict[str, float] = dict.fromkeys(KINDS, 0.0)
    for operation, value in seconds.items():
        for kind, pattern in KINDS.items():
            if re.search(pattern, operation):
                found[kind] += value
                break
    found["all"] = seconds["_steps"] or max(seconds.values())
    print("RESULT", json.dumps(found))


def main() -> None:
    """Profile all architectures, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("SOFTMAX2CNN_DATA_DIR"))
    parser.add_argument("--case", choices=list(CASES))
    asked = parser.parse_args()
    if not asked.data:
        parser.error("name the folder of the data, --data or SOFTMAX2CNN_DATA_DIR")
    if asked.case:
        profile(asked.case, asked.data)
        return
    tables: dict[str, dict[str, float]] = {}
    for name, case in CASES.items():
        done = subprocess.run(
            [sys.executable, __file__, "--data", asked.data, "--case", name],
            capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        line = next(x for x in done.stdout.splitlines() if x.startswith("RESULT"))
        seconds = json.loads(line.removeprefix("RESULT"))
        tables[name] = {kind: 1e6 * value / case.images for kind, value in seconds.items()}
        print(name, {kind: round(value, 2) for kind, value in tables[name].items()}, flush=True)
    machine = json.loads((Path(__file__).parent / "machine.json").read_text(encoding="utf-8"))
    target = ROOT / "docs" / "benchmark" / "profile.md"
    target.write_text(page(tables, machine), encoding="utf-8")


def page(tables: dict[str, dict[str, float]], machine: dict[str, Any]) -> str:
    """The table as Markdown: µs per image of each kind of operation, one column per model."""
    lines = [
        "# Where the time of a step goes\n",
        "One thread, float32, µs per image, with the profiler on (which costs a few percent).\n",
        "| | " + " | ".join(tables) + " |",
        "|---|" + "---:|" * len(tables),
    ]
    for kind in KINDS:
        lines.append(f"| {kind} | " + " | ".join(f"{t[kind]:.1f}" for t in tables.values()) + " |")
    rest = [t["all"] - sum(t[kind] for kind in KINDS) for t in tables.values()]
    lines.append("| the rest | " + " | ".join(f"{value:.1f}" for value in rest) + " |")
    lines.append("| **all** | " + " | ".join(f"**{t['all']:.1f}**" for t in tables.values()) + " |")
    peak = [flops(name) / machine["gflops"] / 1e3 for name in tables]
    lines.append(
        "| the model's arithmetic at the speed of a large product of matrices | "
        + " | ".join(f"{value:.1f}" for value in peak) + " |"
    )  # fmt: skip
    speeds = []
    for name, table in tables.items():
        case = CASES[name]
        weights = architectures.weights(architectures.describe(case.model, case.parameters).layers)
        moved = weights * BYTES_A_WEIGHT[case.optimizer["name"]] / case.batch_size
        speeds.append(moved / table["optimiser"] / 1e3)
    lines.append("| optimiser, GB/s | " + " | ".join(f"{value:.0f}" for value in speeds) + " |")
    return (
        "\n".join(lines)
        + f"\n\nOne thread copies {machine['copy_gb_per_s']:.0f} GB/s from and to main memory, and "
        f"makes {machine['gflops']:.0f} GFLOP/s in a product of matrices of 2,048 x 2,048.\n"
    )


if __name__ == "__main__":
    main()
