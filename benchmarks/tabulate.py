"""Turn benchmarks/results.csv into docs/benchmark/: tables in Markdown, and a figure.

python benchmarks/tabulate.py
"""

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import architectures
from cases import CASES

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from compare import CONTENDERS, PRECISIONS, medians  # noqa: E402
from study import config  # noqa: E402
from study.figures import _style as style  # noqa: E402
from study.palette import colour  # noqa: E402

Key = tuple[str, str, int, str]
"""Case, contender, threads, precision."""

Found = dict[Key, tuple[float, ...]]
"""Lowest, median and highest µs per image, and the accuracy."""


def flops(case: str) -> float:
    """Floating-point operations of a training step, per image.

    Two per multiply-add of a kernel; forward, and backward to the weights and, except for the first
    layer, to the layer's input.
    """
    layers = architectures.describe(CASES[case].model, CASES[case].parameters).layers
    first, *others = (math.prod(shape) * times for shape, times in architectures.kernels(layers))
    return 2 * (2 * first + 3 * sum(others))


def fastest(
    found: Found, case: str, contenders: Sequence[str], precisions: Sequence[str] = PRECISIONS
) -> Key | None:
    """The key with the lowest median among these contenders and precisions, any threads.

    None if none of these contenders was measured.
    """
    keys = [
        key for key in found
        if key[0] == case and key[1] in contenders and key[3] in precisions
    ]  # fmt: skip
    return min(keys, key=lambda key: found[key][1], default=None)


def ahead(found: Found, case: str, precisions: Sequence[str]) -> str:
    """Who is fastest: `ours`, or in bold the contender that is ahead of ours, with its time."""
    key = fastest(found, case, CONTENDERS, precisions)
    assert key
    _, name, threads, precision = key
    if name == "ours":
        return name
    short = "" if len(precisions) == 1 else f", {precision}"
    return f"**{name}**, {threads} thread{'s' * (threads > 1)}{short}: {found[key][1]:.1f} µs"


def times_table(found: Found, cases: list[str]) -> str:
    """All medians with their spread, and the accuracy after equally many images."""
    lines = [
        "| model | contender | threads | precision | µs per image | lowest to highest "
        "| time / ours | accuracy |",
        "|---|---|---:|---|---:|---|---:|---:|",
    ]
    for (case, name, threads, precision), (low, median, high, accuracy) in found.items():
        if case in cases:
            ratio = median / found[case, "ours", threads, precision][1]
            against = f"**{ratio:.2f}, {name} is ahead**" if ratio < 1 else f"{ratio:.2f}"
            lines.append(
                f"| {case} | {name} | {threads} | {precision} | {median:.1f} "
                f"| {low:.1f} to {high:.1f} | {'' if name == 'ours' else against} "
                f"| {accuracy:.4f} |"
            )
    return "\n".join(lines)


def ratio_table(found: Found, cases: list[str], own: str, theirs: Sequence[str]) -> str:
    """How many times faster this project is, and who is fastest.

    Args:
        found, cases: what was measured, and the rows.
        own: this project's precision.
        theirs: the precisions from which PyTorch and JAX take their best.
    """
    short = own.removeprefix("mixed_")
    of = f"best {theirs[0]}" if len(theirs) == 1 else "best"
    lines = [
        f"| model | ours, best {short} | against `fit`, 2 threads, float32 "
        f"| against PyTorch's {of} | against JAX's {of} | fastest |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for case in cases:
        key = fastest(found, case, ["ours"], [own])
        assert key
        time = found[key][1]
        cells = [case, f"{time:.1f} µs"]
        rivals = [(case, "fit", 2, "float32")]
        rivals += [
            fastest(found, case, [name], theirs) or (case, name, 0, "") for name in ("torch", "jax")
        ]
        for rival in rivals:
            cells.append(f"{found[rival][1] / time:.1f} x" if rival in found else "not measured")
        lines.append(f"| {' | '.join([*cells, ahead(found, case, theirs)])} |")
    return "\n".join(lines)


def peak_table(found: Found, cases: list[str], peak: float) -> str:
    """How much of the processor this project uses."""
    lines = [
        "| model | GFLOP/s of ours, 1 thread, float32 | of the peak |",
        "|---|---:|---:|",
    ]
    for case in cases:
        reached = flops(case) / found[case, "ours", 1, "float32"][1] / 1e3
        lines.append(f"| {case} | {reached:.0f} | {100 * reached / peak:.0f} % |")
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
    """One panel per model: bars of the time per image, shorter is better."""
    drawing, axes = style.figure(2.4 * ((len(cases) + 1) // 2), (len(cases) + 1) // 2, 2)
    drawing.set_size_inches(style.WIDTH * 1.3, 3.1 * ((len(cases) + 1) // 2))
    for panel in axes.flat[len(cases) :]:
        panel.set_visible(False)
    for panel, case in zip(axes.flat, cases, strict=False):
        rows: dict[str, dict[tuple[int, str], tuple[float, ...]]] = defaultdict(dict)
        for (c, name, threads, kind), value in found.items():
            if c == case:
                rows[name][threads, kind] = value
        place = 0
        ticks = {}
        for index, name in enumerate(CONTENDERS):
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
        panel.set(title=case, xlabel="µs per image")
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
        "alternating. All times are medians."
    )
    if "versions" in machine:
        text += " " + ", ".join(f"{k} {v}" for k, v in machine["versions"].items()) + "."
    text += (
        " In bold: contenders that are ahead of ours.\n\n"
        "In float32, with the faster number of threads:\n\n"
        + ratio_table(found, cases, PRECISIONS[0], PRECISIONS[:1])
        + "\n\nOurs in bfloat16, PyTorch and JAX in the precision that is faster for them. The "
        "last column compares all contenders in both precisions:\n\n"
        + ratio_table(found, cases, PRECISIONS[1], PRECISIONS)
        + "\n\n" + peak_table(found, cases, machine["gflops"]) + "\n\n"
    )  # fmt: skip
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
