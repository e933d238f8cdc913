"""The models that come with the repository give the same classes in the page as in Python.

On a sample of the test images here; `make drawing` takes all, and prints the times.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drawn import is_whole, opened, probabilities, rendered
from playwright.sync_api import Browser

from conftest import ROOT
from study import datasets
from study.drawing import command
from study.errors import StudyError
from study.prediction import classifiers

NUMBER = 200


@pytest.mark.parametrize(("name", "dataset"), [("digits", "mnist"), ("clothes", "fashion_mnist")])
def test_classes_are_those_of_python(
    browser: Browser, tmp_path: Path, data_dir: Path, name: str, dataset: str
) -> None:
    models = classifiers.committed([name])
    html = rendered(*models)
    assert len(html.encode()) < 3_000_000
    images = datasets.load("idx", tmp_path, path=str(data_dir / dataset)).arrays["test_images"]
    if not is_whole():
        places = np.random.default_rng(0).choice(len(images), NUMBER, replace=False)
        images = images[places]
    page, complaints = opened(browser, html, tmp_path)
    lines = [f"\n{name}: {len(html.encode()):,} bytes, {len(images):,} images"]
    for place, model in enumerate(models):
        found, milliseconds = probabilities(page, place, images)
        expected = classifiers.probabilities(model, images)
        assert (found.argmax(axis=1) == expected.argmax(axis=1)).all(), model.name
        np.testing.assert_allclose(found, expected, atol=1e-4, err_msg=model.name)
        middle, worst = np.median(milliseconds), milliseconds.max()
        lines.append(
            f"{model.name}: all classes equal; {middle:.1f} ms per image, at worst {worst:.1f} ms"
        )
    print("\n".join(lines))
    assert complaints == []


def test_each_set_of_images_has_a_page(tmp_path: Path) -> None:
    """What `make draw` runs."""
    command = [sys.executable, "-m", "study.drawing.command", "--out", str(tmp_path / "out")]
    scripts = {"PYTHONPATH": str(ROOT / "workflow" / "scripts")}
    done = subprocess.run(
        command, env=os.environ | scripts, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for name in ("digits", "clothes"):
        file = tmp_path / "out" / f"{name}.html"
        assert f"The page: {file} ({file.stat().st_size:,} bytes)" in done.stdout
        assert file.stat().st_size < 3_000_000
        for model in classifiers.committed([name]):
            assert f'"title":"{model.title}"' in file.read_text(encoding="utf-8")


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="has no model 'digits/smal'; did you mean"):
        command.draw(["digits/smal"], None, tmp_path)
