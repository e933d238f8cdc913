"""The figures of a study: one file per kind, which says all about itself.

A kind of figure is a file `<name>.py` in this folder, with these literal constants

    NEEDS    what it reads: names of tables, or "examples", "augmented", "activations",
             "functions", "draws", "sweeps", see :class:`study.results.Results`
    SECTION  the part of the report it belongs to, one of :data:`SECTIONS`
    TITLE    its heading
    CAPTION  its caption, on the page and in Snakemake's report
    ORDER    optional: its place within the section, 100 by default
    PHOTOS   optional: whether it shows images of examples, whose colours the page must not turn
             around in the dark; False by default

and a function `pictures(results) -> Iterator[Picture]`. Planning reads the constants without
importing the file, so this module must import neither matplotlib nor pandas.
"""

import ast
import functools
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.errors import StudyError
from study.files import make_folder, write_json
from study.words import nearest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from study.results import Results

FOLDER = Path(__file__).parent
SECTIONS = (
    "scorecard",
    "curves",
    "predictions",
    "runs",
    "inside",
    "comparison",
    "blocks",
    "data",
    "sweeps",
)
SIZES = ("", "broad", "small", "static")
ABOUT = ("experiment", "variant", "dataset", "sweep")
ORDER = 100
"""The place within its section of a figure that does not name one."""

_TYPES: dict[str, type] = {"NEEDS": tuple, "SECTION": str, "TITLE": str, "CAPTION": str}


@dataclass(frozen=True)
class Picture:
    """One picture of a kind of figure.

    Attributes:
        name: the file's stem below the figure's folder, such as `lenet5/wide`.
        draw: makes the figure.
        alt: what a reader who does not see it has to know.
        about: what it belongs to, any of :data:`ABOUT`.
        note: what this picture's caption says beyond the common one.
        size: how large the page shows it, one of :data:`SIZES`. "static" stands in for an
            interactive chart where there are no scripts.
    """

    name: str
    draw: "Callable[[], Figure]"
    alt: str
    about: Mapping[str, str | int] = field(default_factory=dict)
    note: str = ""
    size: str = ""


def names() -> list[str]:
    """The names of all kinds of figures, sorted."""
    return sorted(file.stem for file in FOLDER.glob("[a-z]*.py"))


@functools.cache
def about(name: str) -> Mapping[str, Any]:
    """The constants of a kind of figure, by their names: NEEDS, SECTION, TITLE, CAPTION and so on.

    The file is parsed, not imported.

    Raises:
        StudyError: if there is no such figure, or if a constant is missing or wrong.
    """
    file = FOLDER / f"{name}.py"
    if name not in names():
        raise StudyError(f"there is no figure {name!r}{nearest(name, names())}")
    return constants(file)


def constants(file: Path) -> Mapping[str, Any]:
    """The constants of the file of a figure; see :func:`about`."""
    found: dict[str, Any] = {"ORDER": ORDER, "PHOTOS": False}
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        constant = statement.targets[0].id
        if constant not in (*_TYPES, "ORDER", "PHOTOS"):
            continue
        try:
            found[constant] = ast.literal_eval(statement.value)
        except ValueError as error:
            raise StudyError(f"{file}: {constant} must be a literal value") from error
    for constant, kind in _TYPES.items():
        if constant not in found:
            raise StudyError(f"{file}: the constant {constant} is missing")
        if not isinstance(found[constant], kind) or not found[constant]:
            raise StudyError(f"{file}: {constant} must be a {kind.__name__} that is not empty")
    if found["SECTION"] not in SECTIONS:
        hint = nearest(found["SECTION"], SECTIONS)
        raise StudyError(f"{file}: SECTION {found['SECTION']!r} is not known{hint}")
    return found


def pictures(name: str, results: "Results") -> "Iterator[Picture]":
    """The pictures of a kind of figure, not drawn yet."""
    module = importlib.import_module(f"study.figures.{name}")
    drawn: Iterator[Picture] = module.pictures(results)
    return drawn


def draw_all(name: str, results: "Results", folder: str | Path) -> None:
    """Draw all pictures of a kind of figure.

    Writes `<picture>.svg` and `<picture>.png` (200 dots per inch) below the folder, and
    `pictures.json`, which describes them. Equal results give equal files.

    Args:
        name: of the figure, one of :func:`names`.
        results: with at least what the figure needs.
        folder: is made if it does not exist.
    """
    from study.figures import _style

    kind = about(name)
    folder = Path(folder)
    make_folder(folder)
    described = []
    for picture in pictures(name, results):
        _style.save(picture.draw(), folder / picture.name)
        described.append(
            {
                "name": picture.name,
                "alt": picture.alt,
                "note": picture.note,
                "size": picture.size,
                **picture.about,
            }
        )
    write_json(
        folder / "pictures.json",
        {
            "figure": name,
            "title": kind["TITLE"],
            "section": kind["SECTION"],
            "order": kind["ORDER"],
            "caption": kind["CAPTION"],
            "photos": kind["PHOTOS"],
            "pictures": described,
        },
    )
