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
        theirs: the precisions from which the others take their best.
    """
    short = own.removeprefix("mixed_")
    of = f"best {theirs[0]}" if len(theirs) == 1 else "best"
    lines = [
        f"| model | ours, best {short} | against `fit`'s {of} | against PyTorch's {of} "
        f"| against JAX's {of} | fastest |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for case in cases:
        key = fastest(found, case, ["ours"], [own])
        assert key
        time = found[key][1]
        cells = [case, f"{time:.1f} µs"]
        for name in ("fit", "torch", "jax"):
            rival = fastest(found, case, [name], theirs)
            cells.append(f"{found[rival][1] / time:.1f} x" if rival else "not measured")
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


def study_minutes(found: Found, examples: dict[str, int]) -> dict[str, float]:
    """What the published study's training would take, in minutes: images times median times.

    `serial`: `fit` with two threads, one run after the other, as the tutorials train. The others
    have the faster of that and two runs of one thread at a time: `fit`, `ours`, and `half`, ours in
    bfloat16 where that is faster. `once` is ours if the epochs that two runs have in common are
    trained once, and `half` has that, too. Evaluation and start-up are left out.
    """
    study = config.load([ROOT / "config" / "config.yaml"])
    minutes: dict[str, float] = defaultdict(float)
    for run in study.runs:
        for name, case in CASES.items():
            if run.id.startswith(case.experiments):
                millions = images_of(run.settings, examples) / 1e6
                fewer = millions
                if before := study.beginnings.get(run.id):
                    fewer -= images_of(before.settings, examples) / 1e6
                own, half = (_on_two_cores(found, name, "ours", kind) for kind in PRECISIONS)
                minutes["serial"] += millions * found[name, "fit", 2, "float32"][1] / 60
                minutes["fit"] += millions * _on_two_cores(found, name, "fit", "float32") / 60
                minutes["ours"] += millions * own / 60
                minutes["once"] += fewer * own / 60
                minutes["half"] += fewer * min(own, half) / 60
    return minutes


def _on_two_cores(found: Found, case: str, name: str, precision: str) -> float:
    """µs per image with two runs side by side or with two threads, whichever is faster."""
    return min(found[case, name, 1, precision][1] / 2, found[case, name, 2, precision][1])


def study_sentence(minutes: dict[str, float]) -> str:
    """The minutes of the whole study in words."""
    ours, fit, once, half = (minutes[key] for key in ("ours", "fit", "once", "half"))
    return (
        "The published study's training on two cores by these medians, each model with two threads "
        f"or as two runs side by side, whichever is faster: {fit:.1f} min with `fit`, {ours:.1f} "
        f"min with ours ({fit / ours:.1f} x), and {once:.1f} min if the epochs that two runs have "
        f"in common are trained once, as the workflow does; {half:.1f} min with bfloat16 where it "
        f"is faster. As the tutorials train, run after run, `fit` takes {minutes['serial']:.1f} "
        "min. Evaluation and start-up are in none."
    )


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
        "# Training speed: all measurements\n\n"
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
        + "\n\nOurs in bfloat16, the others in the precision that is faster for them. The "
        "last column compares all contenders in both precisions:\n\n"
        + ratio_table(found, cases, PRECISIONS[1], PRECISIONS)
        + "\n\n" + peak_table(found, cases, machine["gflops"]) + "\n\n"
    )  # fmt: skip
    if len(cases) == len(CASES):
        examples = {"train": 60_000, "train[5000:]": 55_000, "train[10000:]": 50_000}
        text += study_sentence(study_minutes(found, examples)) + "\n\n"
    text += times_table(found, cases) + "\n"
    (target / "tables.md").write_text(text, encoding="utf-8")
    draw(found, cases, target / "benchmark.svg")
    print(text)


if __name__ == "__main__":
    main()
