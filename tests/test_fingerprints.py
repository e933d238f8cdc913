"""Fingerprints of code follow what is used, and light parts import nothing heavy."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from study import families, figures, fingerprints

HEAVY = {"tensorflow", "keras", "tensorflow_datasets"}
WITH_TENSORFLOW = {
    "train", "export", "record_activations", "demonstrate", "tabulate_functions", "fetch",
}  # fmt: skip
LIGHT = sorted({file.stem for file in fingerprints.SCRIPTS.glob("*.py")} - WITH_TENSORFLOW)


def names(files: frozenset[Path]) -> set[str]:
    return {file.relative_to(fingerprints.PACKAGE).as_posix() for file in files}


ADAM = {"optimizer": {"name": "adam"}}


def of(model: str, **training: Any) -> str:
    return fingerprints.of_training({"model": model, "training": ADAM | training})


def test_a_trainings_fingerprint_follows_imports() -> None:
    engine = fingerprints.PACKAGE / "training" / "engine.py"
    used = names(fingerprints._closure(engine, fingerprints.NO_EFFECT))
    assert {"training/blocks.py", "training/batches.py", "evaluation/losses.py"} <= used
    idle = {"jobs.py", "files.py", "training/progress.py", "training/checkpoints.py"}
    assert not idle & used
    assert not any(name.startswith(("figures/", "config/", "report/")) for name in used)
    lenet = of("lenet5")
    others = [
        of("mlp"),
        of("lenet5", optimizer={"name": "sgd"}),
        of("lenet5", schedule={"name": "cosine"}),
        of("lenet5", augmentation=[{"name": "flip"}]),
        of("lenet5", mixing={"name": "mixup"}),
        of("lenet5", averaging={"name": "ema"}),
        of("lenet5", whitening={"frozen": True}),
        fingerprints.of_training(
            {"model": "lenet5", "training": ADAM, "test_time_augmentation": {"flip": True}}
        ),
    ]
    assert len({lenet, *others}) == 1 + len(others)
    assert lenet == of("lenet5", schedule=None, epochs=3)


CODE = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import keras
RATE = 0.1
def f(x):
    return x + RATE
"""
SAME = """
'What it is.'
from typing import TYPE_CHECKING

RATE = 0.1  # small


def f(x):
    'Adds.'
    return (
        x + RATE
    )
"""


@pytest.mark.parametrize(
    ("other", "equal"),
    [(SAME, True), (CODE.replace("0.1", "0.2"), False), (CODE.replace("x + R", "x - R"), False)],
)
def test_only_what_is_computed_counts(other: str, equal: bool, tmp_path: Path) -> None:
    for name, text in (("a.py", CODE), ("b.py", other)):
        (tmp_path / name).write_text(text)
    first, second = (fingerprints._source(tmp_path / name)[0] for name in ("a.py", "b.py"))
    assert (first == second) is equal


def test_relative_imports_and_private_helpers_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "study" / "models"
    package.mkdir(parents=True)
    (package / "resnet.py").write_text("from . import _blocks\nfrom ._layers import norm\n")
    for helper in ("_blocks.py", "_layers.py", "__init__.py"):
        (package / helper).write_text("norm = 1\n")
    monkeypatch.setattr(fingerprints, "SCRIPTS", tmp_path)
    found = {file.name for file in fingerprints._closure(package / "resnet.py")}
    assert found == {"resnet.py", "_blocks.py", "_layers.py", "__init__.py"}
    monkeypatch.setattr(families, "PACKAGE", tmp_path / "study")
    assert families.MODELS.names() == ["resnet"]


def test_a_figures_own_file_counts_for_it_alone() -> None:
    found = {
        name: fingerprints.of_script("figure.py", figures.FOLDER / f"{name}.py")
        for name in figures.names()
    }
    assert len(set(found.values())) == len(found)


def imported(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "workflow" / "scripts",
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_no_table_or_figure_imports_tensorflow() -> None:
    kinds = ", ".join(f"study.figures.{name}" for name in figures.names())
    assert not HEAVY & imported(f"import {', '.join(LIGHT)}, {kinds}")


def test_parsing_the_workflow_imports_nothing_heavy() -> None:
    found = imported("from study import config, datasets, figures, fingerprints, models")
    assert not (HEAVY | {"numpy", "pandas", "matplotlib", "sklearn"}) & found


@pytest.mark.parametrize(
    ("file", "name", "known"),
    [
        ("models/__init__.py", "seeded", "81f20d43e43d9e8c"),
        ("prepared.py", "part", "549fb8fa261f017c"),
        ("splits.py", "slice", "b1e4e98ab674e60e"),
        ("splits.py", "_position", "7f1a4d999204eaba"),
        ("training/run.py", "fit", "a38900f6c5d8dd65"),
    ],
)
def test_what_determines_a_run_beside_the_engine_is_as_it_was(
    file: str, name: str, known: str
) -> None:
    """Initial weights, which examples, and what is done with them are not in the fingerprint.

    If your change alters a bit of any run, raise `fingerprints.RECORD_VERSION`: all runs are then
    trained again. In any case, write the new hash here.
    """
    statements = fingerprints._statements(fingerprints._tree(fingerprints.PACKAGE / file))
    function = next(each for each in statements if getattr(each, "name", None) == name)
    found = hashlib.sha256(fingerprints._canonical(function).encode()).hexdigest()
    assert found.startswith(known)
