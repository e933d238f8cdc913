"""What a finished study spent beside training, and what a call costs that changes nothing.

    python benchmarks/overheads.py [results/published]

Reads the records of the runs and Snakemake's benchmark files, times unchanged calls of the workflow
against a workflow with nothing to do, in turns, and writes docs/benchmark/overheads.md.
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPETITIONS = 5


def main(results: Path) -> None:
    """Print the tables, and write them."""
    parts = ["Medians, with the lowest and the highest.\n", jobs(results), training(results)]
    parts.append(starting())
    parts.append(unchanged())
    text = "# What a study costs besides training\n\n" + "\n".join(parts)
    target = ROOT / "docs" / "benchmark"
    target.mkdir(exist_ok=True)
    (target / "overheads.md").write_text(text, encoding="utf-8")
    print(text)


def training(results: Path) -> str:
    """Where the time of a training job goes that is not training."""
    found = defaultdict(list)
    for file in sorted((results / "runs").rglob("run.json")):
        run = json.loads(file.read_text(encoding="utf-8"))
        if run["resumed_at"] or run["runs_in_job"] > 1:
            continue  # its time is not that of a process of its own
        timings = run["timings"]
        name = file.parent.relative_to(results / "runs")
        wall = seconds(results / "benchmarks" / "train" / f"{name}.tsv")
        if wall < timings["train_s"]:
            continue  # it was trained before, and put back
        known = [timings[f"{name}_s"] for name in ("start", "build", "train", "predict")]
        found["importing, reading the data"].append(timings["start_s"])
        found["building the model"].append(timings["build_s"])
        found["predicting the test split"].append(timings["predict_s"])
        found["starting Python, saving, exit"].append(wall - sum(known))
        share = timings["checkpoints_s"] / timings["train_s"]
        found["writing checkpoints, percent of training"].append(100 * share)
    lines = ["| of a training job | seconds |", "|---|---:|"]
    lines += [f"| {name} | {spread(values)} |" for name, values in found.items()]
    return "\n".join(lines) + "\n"


def jobs(results: Path) -> str:
    """The wall time of each kind of job, from Snakemake's benchmark files."""
    found = defaultdict(list)
    for file in sorted((results / "benchmarks").rglob("*.tsv")):
        found[file.relative_to(results / "benchmarks").with_suffix("").parts[0]].append(
            seconds(file)
        )
    lines = ["| job | jobs | seconds per job | together |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {len(values)} | {spread(values)} | {sum(values):.0f} |"
        for name, values in found.items()
    ]
    return "\n".join(lines) + "\n"


def codes() -> dict[str, str]:
    """What a process may import when it starts."""
    scripts = ROOT / "workflow" / "scripts"
    return {
        "Python alone": "",
        "`import tensorflow`": "import tensorflow",
        "`import keras`, with all that it imports if it is there": "import keras",
        "as a training job starts it": (
            f"import sys; sys.path.insert(0, {str(scripts)!r}); "
            "from study.training import backend; backend.start('cpu', 1)"
        ),
        "as a figure's job starts": (
            f"import sys; sys.path.insert(0, {str(scripts)!r}); "
            "import figure; from study.figures import comparison"
        ),
    }


def starting() -> str:
    """What importing costs, in turns: TensorFlow alone, Keras as it comes, and as jobs start it."""
    found = defaultdict(list)
    for _ in range(REPETITIONS):
        for name, code in codes().items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
            found[name].append(time.perf_counter() - start)
    lines = ["| starting a process | seconds |", "|---|---:|"]
    lines += [f"| {name} | {spread(values)} |" for name, values in found.items()]
    return "\n".join(lines) + "\n"


def unchanged() -> str:
    """A call of the finished study beside one of an empty workflow, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Snakefile").write_text("rule all:\n    input: 'Snakefile'\n")
        ours, empty = [], []
        for _ in range(REPETITIONS):
            ours.append(call(ROOT))
            empty.append(call(Path(folder)))
    return (
        f"An unchanged study: {spread(ours)} s; a workflow with nothing to do: {spread(empty)} s.\n"
    )


def call(folder: Path) -> float:
    """How long `snakemake` takes in a folder; it must find nothing to do."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Nothing to be done" in done.stdout + done.stderr, done.stderr
    return time.perf_counter() - start


def seconds(file: Path) -> float:
    """The wall time in a benchmark file of Snakemake's."""
    with file.open(newline="", encoding="utf-8") as text:
        return float(next(csv.DictReader(text, delimiter="\t"))["s"])


def spread(values: list[float]) -> str:
    """Median, lowest and highest."""
    median = statistics.median(values)
    return f"{median:.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results" / "published")
