"""The files of figures: what they say about themselves, and what drawing them writes."""

import subprocess
import sys
from pathlib import Path

import pytest
from small_figures_study import all_tables, results, run

from study import figures
from study.columns import COLUMNS
from study.errors import StudyError
from study.figures import _style
from study.files import read_json
from study.results import ARRAYS

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"


def test_every_figure_says_what_it_is() -> None:
    assert "training_curves" in figures.names()
    assert not [name for name in figures.names() if name.startswith("_")]
    for name in figures.names():
        about = figures.about(name)
        assert set(about["NEEDS"]) <= {*COLUMNS, *ARRAYS}, name
        assert about["CAPTION"].endswith((".", ")")), name
        assert isinstance(about["ORDER"], int)


def test_an_unknown_figure_has_a_hint() -> None:
    with pytest.raises(StudyError, match="did you mean 'comparison'"):
        figures.about("comparisons")
    with pytest.raises(StudyError, match="there is no figure"):
        figures.about("_style")


GOOD = 'NEEDS = ("runs",)\nSECTION = "curves"\nTITLE = "T"\nCAPTION = "A " "b."\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("TITLE", "TILTE"), "x.py: the constant TITLE is missing"),
        (GOOD.replace('"curves"', '"curvs"'), "SECTION 'curvs' is not known; did you mean"),
        (GOOD.replace('("runs",)', '"runs"'), "NEEDS must be a tuple"),
        (GOOD.replace('("runs",)', "all_tables()"), "NEEDS must be a literal value"),
    ],
)
def test_a_wrong_constant_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "x.py"
    file.write_text(text)
    with pytest.raises(StudyError, match=r"x\.py") as raised:
        figures.constants(file)
    assert message in str(raised.value)


def test_constants_are_read_with_their_defaults(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(GOOD)
    assert figures.constants(file) == {
        "NEEDS": ("runs",),
        "SECTION": "curves",
        "TITLE": "T",
        "CAPTION": "A b.",
        "ORDER": 100,
        "PHOTOS": False,
    }


def test_planning_imports_neither_matplotlib_nor_pandas() -> None:
    code = (
        "import sys; from study import figures; "
        "[figures.about(name) for name in figures.names()]; "
        "print([m for m in ('matplotlib', 'pandas', 'numpy', 'seaborn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_only_the_figures_that_use_seaborn_import_it() -> None:
    code = (
        "import importlib, sys; from study import figures; "
        "[importlib.import_module(f'study.figures.{name}') for name in figures.names()]; "
        "print([m for m in ('seaborn', 'matplotlib.pyplot', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_drawing_writes_each_picture_twice_and_describes_it(tmp_path: Path) -> None:
    found = results(tmp_path, all_tables([run(seed=7), run(variant="b.5", place=1)]))
    folder = tmp_path / "confusion_matrix"
    figures.draw_all("confusion_matrix", found, folder)
    described = read_json(folder / "pictures.json")
    assert described["figure"] == "confusion_matrix"
    assert described["section"] == "runs"
    assert described["title"] == "Confusion matrices"
    assert described["order"] == 10
    assert described["caption"] == figures.about("confusion_matrix")["CAPTION"]
    names = [picture["name"] for picture in described["pictures"]]
    assert names == ["e/a", "e/b.5"]
    for name in names:
        assert (folder / f"{name}.svg").read_text().startswith("<?xml")
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    first = described["pictures"][0]
    assert (first["experiment"], first["variant"]) == ("e", "a")
    assert first["note"] == "Test accuracy 0.7500."
    assert "accuracy 0.7500" in first["alt"]
    assert first["size"] in figures.SIZES


def test_equal_results_give_equal_files(tmp_path: Path) -> None:
    found = results(tmp_path, all_tables([run()]))
    for name in ("class_heatmap", "training_curves", "mistakes"):
        for folder in ("first", "second"):
            figures.draw_all(name, found, tmp_path / folder / name)
    files = [file for file in (tmp_path / "first").rglob("*") if file.is_file()]
    assert len(files) == 9
    for file in files:
        other = tmp_path / "second" / file.relative_to(tmp_path / "first")
        assert file.read_bytes() == other.read_bytes(), file


def test_drawing_leaves_no_state_of_pyplot(tmp_path: Path) -> None:
    found = results(tmp_path, all_tables([run()]))
    for name in ("class_heatmap", "confusion_matrix", "class_distribution"):
        figures.draw_all(name, found, tmp_path / name)
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_results_say_what_is_not_there(tmp_path: Path) -> None:
    found = results(tmp_path, all_tables([run()]))
    with pytest.raises(StudyError, match="no examples of the dataset 'clothes'"):
        found.examples("clothes")
    with pytest.raises(StudyError, match="'layers', but got 0"):
        found.table("layers")


@pytest.mark.parametrize(("title", "as_text"), [("Höhe, вишня", False), ("\U00011ffc 三角", True)])
def test_characters_that_no_font_has_are_left_to_the_browser(
    tmp_path: Path, recwarn: pytest.WarningsRecorder, title: str, as_text: bool
) -> None:
    drawing, axes = _style.figure(2.0)
    axes.set_title(title)
    _style.save(drawing, tmp_path / "figure")
    assert ("<text" in (tmp_path / "figure.svg").read_text(encoding="utf-8")) == as_text
    assert not [warning for warning in recwarn if "missing from font" in str(warning.message)]
