"""docs/use-elsewhere.md, run as it stands there, with exports of a small trained model."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT
from study import exports
from study.exports import EXPORTS
from study.prediction import weights
from study.report.page import TEMPLATES
from study.training import backend

backend.start("cpu", 1)

from study.training.outputs import scaled  # noqa: E402

PAGE = (ROOT / "docs" / "use-elsewhere.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^## (.+?)$(?:(?!^## ).)*?```(python|javascript)\n(.*?)```", re.M | re.S)
EXAMPLES = {title: (language, code) for title, language, code in EXAMPLE.findall(PAGE)}
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
"""What npm says where it reaches no registry."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a digit and the exports of a network that knows it."""
    made = tmp_path_factory.mktemp("elsewhere")
    entry = next(entry for entry in weights.index() if entry["name"] == "digits/lenet5")
    images, _ = weights.samples(entry)
    Image.fromarray(images[-1, :, :, 0]).save(made / "digit.png")
    model = weights.load(entry)
    for name in EXPORTS.names():
        (made / "exports" / name).mkdir(parents=True)
        exports.module(name).write(model, entry["class_names"], made / "exports" / name)
    given = np.asarray(model(scaled(images[-1:]), training=False))[0]
    (made / "expected").write_text(f"{entry['class_names'][given.argmax()]} {given.max():.3f}")
    return made


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, text=True, capture_output=True, check=False,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def test_every_format_has_an_example() -> None:
    assert len(EXAMPLES) == PAGE.count("\n```python") + PAGE.count("\n```javascript") == 5
    for name in EXPORTS.names():
        assert any(f"exports/{name}" in code for _, code in EXAMPLES.values()), name
    for title, (_, code) in EXAMPLES.items():
        assert len(code.strip().splitlines()) <= 12, title


@pytest.mark.parametrize("title", [title for title in EXAMPLES if "Java" not in title])
def test_an_example_in_python_prints_the_prediction(title: str, folder: Path) -> None:
    _, code = EXAMPLES[title]
    assert run(folder, sys.executable, "-c", code) == (folder / "expected").read_text()


def test_the_three_lines_of_a_model_card_classify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (TEMPLATES / "card.md.j2").read_text(), re.S)
    entry = weights.index()[0]
    model, (images, _) = weights.load(entry), weights.samples(entry)
    model.save(tmp_path / "model.keras")
    monkeypatch.chdir(tmp_path)
    known = {"images": images}
    exec(code, known)
    expected = np.asarray(model(scaled(images), training=False)).argmax(axis=1)
    assert list(known["class_ids"]) == list(expected)


@pytest.fixture
def packages(folder: Path) -> Path:
    """The folder, with the packages of the example in JavaScript."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no Node here: apt-get install nodejs npm")
    for file in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests" / "exports" / "javascript" / file, folder)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
        cwd=folder, text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode and any(word in done.stderr for word in OFFLINE):
        pytest.skip("npm reaches no registry here")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_example_in_javascript_prints_the_prediction(packages: Path) -> None:
    ((_, code),) = [example for example in EXAMPLES.values() if example[0] == "javascript"]
    (packages / "use.js").write_text(code)
    try:
        assert run(packages, "node", "use.js") == (packages / "expected").read_text()
    finally:
        shutil.rmtree(packages / "node_modules")  # 150 MB
