"""The guides, followed as they stand there."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

import handwriting
import reading
from conftest import Checkout, copy_repository, counts
from study import config as configs

DRY = ".venv/bin/snakemake -n --configfile config/two-views.yaml"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def begun(name: str, folder: Path) -> tuple[reading.Guide, Checkout]:
    """A guide, and a copy of the repository in which its files have been saved."""
    guide = reading.read(reading.DOCS / name)
    checkout = copy_repository(folder / "a copy ü")
    reading.save(guide, checkout)
    return guide, checkout


def edit(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def messages(name: str) -> dict[str, str]:
    """The table of a guide of what is refused: the message of each mistake."""
    text = (reading.DOCS / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (.+?) \| .+? \| `(.+?)` \|$", text, re.MULTILINE))


@pytest.fixture(scope="module")
def architecture(tmp_path_factory: pytest.TempPathFactory) -> tuple[reading.Guide, Checkout]:
    return begun("new-architecture.md", tmp_path_factory.mktemp("architecture"))


def test_a_new_architecture(architecture: tuple[reading.Guide, Checkout]) -> None:
    guide, checkout = architecture
    study, predict = guide.commands
    reading.done(checkout, study)
    results = checkout.path / "results" / "two-views"
    runs = rows(results / "tables" / "runs.csv")
    assert {run["parameters.filters"] for run in runs} == {"4", "16"}
    assert min(float(run["accuracy"]) for run in runs) > 0.6
    html = (results / "report.html").read_text(encoding="utf-8")
    assert "afar = layers.AveragePooling2D(2)(image)" in html
    assert "Do more filters help a network that looks twice?" in html
    assert rows(results / "tables" / "layers.csv")
    handwriting.write(checkout.path / "folder", 2)
    (checkout.path / "folder" / "labels.csv").unlink(missing_ok=True)
    reading.done(checkout, predict)
    table = checkout.path / "results" / "predictions" / "folder" / "predictions.csv"
    assert {row["model"] for row in rows(table)} >= {"two_views/filters-4"}


def test_what_is_refused_before_any_job(architecture: tuple[reading.Guide, Checkout]) -> None:
    _, checkout = architecture
    config = checkout.path / "config" / "two-views.yaml"
    model = checkout.path / "workflow/scripts/study/models/two_views.py"
    kept = {file: file.read_text(encoding="utf-8") for file in (config, model)}
    grid, said = "parameters.filters: [4, 16]", messages("new-architecture.md")
    for mistake in (
        "`parameters.filters: [0, 16]` in the grid",
        "`parameters.filter: [4, 16]` in the grid",
    ):
        edit(config, (grid, mistake.split("`")[1]))
        planned = reading.type_in(checkout, DRY)
        config.write_text(kept[config], encoding="utf-8")
        assert planned.returncode and said[mistake] in planned.stdout
    edit(model, ("filters: Count = 8", "filters=8"))
    planned = reading.type_in(checkout, DRY)
    model.write_text(kept[model], encoding="utf-8")
    assert planned.returncode and said["a parameter without a type"] in planned.stdout


REFUSALS = """
import keras
from study.errors import StudyError
from study import fitting_models
from study.models import two_views
from study.training.outputs import refuse_what_is_not_computed

row = {"experiment": "e", "variant": "v", "model": "two_views", "parameters": {}}
print(fitting_models.problems([row], (3, 3, 1), 10))
model = two_views.build((28, 28, 1), 10)
for change in ("model.layers[-1].activation = keras.activations.relu",
               "model.layers[-1].activation = keras.activations.linear; "
               "model.layers[1].activity_regularizer = keras.regularizers.L2(0.1)"):
    exec(change)
    try:
        refuse_what_is_not_computed(model, 10)
    except StudyError as error:
        print(error)
"""


def test_what_is_refused_when_a_model_is_built(
    architecture: tuple[reading.Guide, Checkout],
) -> None:
    _, checkout = architecture
    printed = subprocess.run(
        [sys.executable, "-c", REFUSALS], cwd=checkout.path / "workflow" / "scripts",
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    said = messages("new-architecture.md")
    for mistake in (
        "images that are too small for the layers",
        '`activation="relu"` in the last layer',
        "a layer with `activity_regularizer`",
    ):
        assert said[mistake] in printed


@pytest.mark.long
def test_a_new_grid(tmp_path: Path) -> None:
    guide, checkout = begun("new-grid.md", tmp_path)
    study, results, dry, sweep = guide.commands
    reading.done(checkout, study)
    runs = rows(checkout.path / "results" / "widths" / "tables" / "runs.csv")
    expected = {(units, seed) for units in ("8", "128") for seed in ("0", "1")}
    assert {(run["parameters.units"], run["seed"]) for run in runs} == expected
    printed = reading.done(checkout, results)
    listed = re.findall(r"^widths +units-\d+ +0 +([\d.]+)", printed, re.MULTILINE)
    accuracies = sorted(
        (float(run["accuracy"]) for run in runs if run["seed"] == "0"), reverse=True
    )
    assert listed == [f"{accuracy:.4f}" for accuracy in accuracies if accuracy > 0.5]

    config = checkout.path / "config" / "widths.yaml"
    edit(config, ("seeds:", "resources: {runtime: 3}\n    seeds:"), ("Width of", "The width of"))
    edit(config, ("[8, 128]", "[128]"))
    assert "train" not in counts(reading.done(checkout, f"{dry} --quiet host reason rules"))
    edit(config, ("[128]", "[8, 64, 128]"), ("[0, 1]", "[0, 1, 2]"))
    assert counts(reading.done(checkout, f"{dry} --quiet host reason rules"))["train"] == 9 - 4

    reading.save(guide, checkout)
    reading.done(checkout, sweep)
    sweeps = checkout.path / "results" / "widths-sweep" / "sweeps"
    assert len(rows(sweeps / "widths" / "runs.csv")) == 8
    assert (sweeps / "widths.html").is_file()


def test_parts_of_a_config_that_the_guide_to_grids_shows(tmp_path: Path) -> None:
    guide = reading.read(reading.DOCS / "new-grid.md").files["config/widths.yaml"]
    text = (reading.DOCS / "new-grid.md").read_text(encoding="utf-8")
    shown = re.findall(r"^  ```yaml\n(.*?)^  ```", text, re.DOTALL | re.MULTILINE)
    axes, variants = (re.sub("^  ", "", part, flags=re.MULTILINE) for part in shown)
    whole = re.sub(r"^    grid:.*\n", axes, guide, flags=re.MULTILINE) + variants
    (tmp_path / "a.yaml").write_text(whole)
    runs = configs.load([tmp_path / "a.yaml"]).runs
    assert len(runs) == 2 * 2 * 2 * 2
    assert {run.variant.partition("_")[0] for run in runs} == {"usual", "slow"}
