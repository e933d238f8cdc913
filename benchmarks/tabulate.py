"""Turn benchmarks/results.csv into docs/benchmark/: tables in Markdown, and a figure.

python benchmarks/tabulate.py
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from cases import CASES

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from compare import PRECISIONS, medians  # noqa: E402
from study import config  # noqa: E402
from study.figures import _style as style  # noqa: E402
from study.palette import colour  # noqa: E402

LAYERS = {
    # Multiply-adds of the layers of one image, forward: (of the first layer, of the others).
    "mlp": (784 * 128, 128 * 10),
    "core mlp": (784 * 700, 700 * 500 + 500 * 10),
    "LeNet-5": (28**2 * 25 * 6, 100 * 25 * 6 * 16 + 400 * 120 + 120 * 84 + 840),
    "LeNet-5 improved": (28**2 * 25 * 6, 100 * 25 * 6 * 16 + 400 * 120 + 120 * 84 + 840),
    "LeNet-5 wide": (28**2 * 25 * 12, 100 * 25 * 12 * 32 + 800 * 120 + 120 * 84 + 840),
    "deep CNN": (28**2 * 25 * 32, 14**2 * 25 * 32 * 64 + 3136 * 1024 + 1024 * 10),
}

Found = dict[tuple[str, str, int, str], tuple[float, ...]]


def flops(case: str) -> float:
    """Floating-point operations of a training step, an image.

    Two a multiply-add; forward, and backward to the weights and, but for the first layer, to the
    layer's input.
    """
    first, others = LAYERS[case]
    return 2 * (2 * first + 3 * others)


def times_table(found: Found, cases: list[str]) -> str:
    """All medians with their spread, and the accuracy after equally many images."""
    lines = [
        "| model | contender | threads | precision | µs an image | lowest to highest | accuracy |",
        "|---|---|---:|---|---:|---|---:|",
    ]
    for (case, contender, threads, precision), (low, median, high, accuracy) in found.items():
        if case in cases:
            lines.append(
                f"| {case} | {contender} | {threads} | {precision} | {median:.1f} "
                f"| {low:.1f} to {high:.1f} | {accuracy:.4f} |"
            )
    return "\n".join(lines)


def ratio_table(found: Found, cases: list[str], peak: float) -> str:
    """How many times faster this project is, and how much of the processor it uses."""
    lines = [
        "| model | ours, best float32 | against `fit`, 2 threads | against PyTorch's best float32 "
        "| bfloat16 against `fit` | bfloat16 against PyTorch's best | GFLOP/s, 1 thread, float32 "
        "| of the peak |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]

    def best(case: str, contender: str, precision: str) -> float:
        return min(
            value[1]
            for (c, name, _, kind), value in found.items()
            if (c, name, kind) == (case, contender, precision)
        )

    for case in cases:
        single, half = (best(case, "ours", kind) for kind in ("float32", "mixed_bfloat16"))
        fit = found[case, "fit", 2, "float32"][1]
        torch = {kind: best(case, "torch", kind) for kind in ("float32", "mixed_bfloat16")}
        reached = flops(case) / found[case, "ours", 1, "float32"][1] / 1e3
        lines.append(
            f"| {case} | {single:.1f} µs | {fit / single:.1f} x "
            f"| {torch['float32'] / single:.1f} x "
            f"| {fit / half:.1f} x | {min(torch.values()) / half:.1f} x "
            f"| {reached:.0f} | {100 * reached / peak:.0f} % |"
        )
    return "\n".join(lines)


def study_seconds(found: Found, examples: dict[str, int]) -> tuple[float, float, float]:
    """What the published study's training would take with `fit`, and ours by the same measure.

    Every run's images times the median time an image: `fit` with two threads, one run after the
    other; ours with one thread, two runs at a time, in float32, and in bfloat16 where that is
    faster. Ours trains the epochs that two runs have in common once. Evaluation and start-up are
    left out.
    """
    study = config.load([ROOT / "config" / "config.yaml"])
    theirs = own = half = 0.0
    for run in study.runs:
        for name, case in CASES.items():
            if run.id.startswith(case.experiments):
                images = images_of(run.settings, examples)
                theirs += images * found[name, "fit", 2, "float32"][1] / 1e6
                if before := study.beginnings.get(run.id):
                    images -= images_of(before.settings, examples)
                single, mixed = (found[name, "ours", 1, kind][1] for kind in PRECISIONS)
                own += images * single / 1e6 / 2
                half += images * min(single, mixed) / 1e6 / 2
    return theirs, own, half


def images_of(settings: dict[str, Any], examples: dict[str, int]) -> int:
    """How many images a run trains on."""
    training = settings["training"]
    if training.get("steps"):
        return int(training["steps"] * training["batch_size"])
    return int(training["epochs"] * examples[settings["splits"]["train"]])


def draw(found: Found, cases: list[str], target: Path) -> None:
    """A panel a model: bars of the time an image, shorter is better."""
    drawing, axes = style.figure(2.4 * ((len(cases) + 1) // 2), (len(cases) + 1) // 2, 2)
    drawing.set_size_inches(style.WIDTH * 1.3, 2.6 * ((len(cases) + 1) // 2))
    names = ("ours", "fit", "loop", "torch")
    for panel, case in zip(axes.flat, cases, strict=False):
        rows: dict[str, dict[tuple[int, str], tuple[float, ...]]] = defaultdict(dict)
        for (c, name, threads, kind), value in found.items():
            if c == case:
                rows[name][threads, kind] = value
        place = 0
        ticks = {}
        for index, name in enumerate(names):
            for (threads, kind), (low, median, high, _) in sorted(rows[name].items()):
                hatch = "//" if kind != "float32" else ""
                panel.barh(
                    place, median, color=colour(index), hatch=hatch, edgecolor="white",
                    xerr=[[median - low], [high - median]], error_kw={"lw": 0.8},
                )  # fmt: skip
                short = "bf16" if kind != "float32" else "f32"
                ticks[place] = f"{name}, {threads} thread{'s' * (threads > 1)}, {short}"
                place += 1
        panel.set_yticks(list(ticks), ticks.values(), fontsize=7)
        panel.invert_yaxis()
        panel.grid(visible=False, axis="y")
        panel.set(title=case, xlabel="µs an image")
    drawing.savefig(target, metadata={"Date": None})


def main() -> None:
    """Write docs/benchmark/."""
    here = Path(__file__).parent
    target = ROOT / "docs" / "benchmark"
    target.mkdir(exist_ok=True)
    with (here / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    machine = json.loads((here / "machine.json").read_text(encoding="utf-8"))
    found = medians(rows)
    cases = [case for case in CASES if any(key[0] == case for key in found)]
    repetitions = 1 + max(int(row["repetition"]) for row in rows)
    text = (
        f"Measured on {machine['date']} on {machine['processor']}, {machine['cores']} cores. "
        f"One thread reaches {machine['gflops']:.0f} GFLOP/s in a product of matrices of 2,048 x "
        f"2,048 and {machine['copy_gb_per_s']:.1f} GB/s in a copy. {repetitions} repetitions, "
        "alternating.\n\n"
    )
    text += ratio_table(found, cases, machine["gflops"]) + "\n\n"
    if len(cases) == len(CASES):
        examples = {"train": 60_000, "train[5000:]": 55_000, "train[10000:]": 50_000}
        theirs, own, half = study_seconds(found, examples)
        text += (
            "The published study's training by these medians: "
            f"{theirs / 60:.1f} min with `fit` on two threads, run after run; {own / 60:.1f} min "
            f"with ours, two runs of one thread at a time: {theirs / own:.1f} x; "
            f"{half / 60:.1f} min with bfloat16 where it is faster: {theirs / half:.1f} x. "
            "Evaluation and start-up are in none.\n\n"
        )
    text += times_table(found, cases) + "\n"
    (target / "tables.md").write_text(text, encoding="utf-8")
    draw(found, cases, target / "benchmark.svg")
    print(text)


if __name__ == "__main__":
    main()
