"""The pictures of the figures, and where on the page each of them stands.

A figure is a folder with pictures and a `pictures.json` that says everything about them. The page
takes from a :class:`Gallery` what belongs to a place; what nobody took is shown beside all runs
together, so a new figure appears without a change here.
"""

import base64
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from study.files import read_json
from study.words import spaced

ABOUT = ("experiment", "variant", "dataset", "sweep")
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

Names = Mapping[tuple[str, str], str]
"""Titles for people: of ("experiment", name), ("variant", "experiment/name"), ("dataset", name)."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """One picture of a figure."""

    file: Path  # without suffix
    anchor: str  # its name in links on the page
    alt: str
    note: str
    size: str
    about: Mapping[str, str]
    is_photo: bool = False  # shows images of examples
    page: Path | None = None  # the folder of the page, where it has pictures beside it

    @property
    def smaller(self) -> Path:
        """Of its SVG and PNG the smaller one."""
        files = [Path(f"{self.file}{suffix}") for suffix in TYPES]
        return min((f for f in files if f.exists()), key=lambda f: f.stat().st_size)

    @property
    def address(self) -> str:
        """The picture as a data address, or where it lies beside the page."""
        if self.page:
            return quote(self.smaller.relative_to(self.page).as_posix())
        data = base64.b64encode(self.smaller.read_bytes()).decode("ascii")
        return f"data:{TYPES[self.smaller.suffix]};base64,{data}"


@dataclasses.dataclass(frozen=True)
class Figure:
    """Pictures of one kind with their common caption."""

    name: str
    title: str
    section: str
    order: float
    caption: str
    pictures: tuple[Picture, ...]


@dataclasses.dataclass(frozen=True)
class Block:
    """Pictures that stand together on the page, each with its caption.

    A figure of several pictures has a block of its own, with its title and caption above them.
    Neighbouring figures of one picture share a block without a title.
    """

    title: str
    caption: str
    pictures: tuple[tuple[Picture, str, str], ...]  # picture, bold beginning of its caption, rest


def read(folder: str | Path, page: Path | None = None) -> Figure:
    """Read a figure's `pictures.json`.

    Args:
        folder: of the figure.
        page: the folder of a page that has its pictures beside it, this folder among them; without
            it, the page carries them.
    """
    found = read_json(Path(folder) / "pictures.json")
    return Figure(
        name=found["figure"],
        title=found["title"],
        section=found["section"],
        order=found["order"],
        caption=found["caption"],
        pictures=tuple(
            _picture(Path(folder), each, bool(found["photos"]), page) for each in found["pictures"]
        ),
    )


def _picture(folder: Path, found: Mapping[str, Any], is_photo: bool, page: Path | None) -> Picture:
    return Picture(
        file=folder / found["name"],
        anchor=re.sub("[^A-Za-z0-9.]+", "-", f"figure-{folder.name}-{found['name']}"),
        alt=found["alt"],
        note=found["note"],
        size=found["size"],
        about={key: str(found[key]) for key in ABOUT if found.get(key) is not None},
        is_photo=is_photo,
        page=page,
    )


class Gallery:
    """All pictures of a page, each of which is handed out once."""

    def __init__(self, folders: Iterable[str | Path], page: Path | None = None) -> None:
        """Read the figures; see :func:`read`."""
        figures = [read(folder, page) for folder in folders]
        self._left = sorted(figures, key=lambda figure: (figure.order, figure.name))

    def take(self, section: str | None = None, **about: str) -> list[Figure]:
        """The pictures of a section that are about something, in order; they are gone then.

        Args:
            section: only of figures of this section.
            about: only pictures about these, such as `experiment="lenet5"`.
        """

        def wanted(figure: Figure, picture: Picture) -> bool:
            return section in (None, figure.section) and about.items() <= picture.about.items()

        def part(figure: Figure, taken: bool) -> Figure:
            own = (p for p in figure.pictures if wanted(figure, p) == taken)
            return dataclasses.replace(figure, pictures=tuple(own))

        parts = [part(figure, taken=True) for figure in self._left]
        self._left = [part(figure, taken=False) for figure in self._left]
        return [figure for figure in parts if figure.pictures]


def split(
    figures: Sequence[Figure], keep: Callable[[Picture], bool]
) -> tuple[list[Figure], list[Figure]]:
    """The figures with the pictures that `keep` holds of, and those with the others."""
    halves: tuple[list[Figure], list[Figure]] = ([], [])
    for figure in figures:
        for half, wanted in zip(halves, (True, False), strict=True):
            own = tuple(p for p in figure.pictures if keep(p) == wanted)
            if own:
                half.append(dataclasses.replace(figure, pictures=own))
    return halves


def is_static(picture: Picture) -> bool:
    """Whether the picture is the form without scripts of an interactive chart."""
    return picture.size == "static"


def blocks(figures: Sequence[Figure], names: Names) -> list[Block]:
    """Figures as they stand on the page.

    Args:
        figures: in order.
        names: titles of experiments, variants and datasets.
    """
    made = []
    for single, group in itertools.groupby(figures, lambda figure: len(figure.pictures) == 1):
        if single:
            shared = tuple(
                (f.pictures[0], f.title, _joined(f.caption, f.pictures[0].note)) for f in group
            )
            made.append(Block("", "", shared))
        else:
            made += [Block(f.title, f.caption, _labelled(f, names)) for f in group]
    return made


def _labelled(figure: Figure, names: Names) -> tuple[tuple[Picture, str, str], ...]:
    """Pictures with what distinguishes them from each other, and their notes."""
    varying = [k for k in ABOUT if len({p.about.get(k) for p in figure.pictures}) > 1]
    return tuple(
        (p, ", ".join(_named(p, key, names) for key in varying if key in p.about), p.note)
        for p in figure.pictures
    )


def _named(picture: Picture, key: str, names: Names) -> str:
    value = picture.about[key]
    path = f"{picture.about.get('experiment', '')}/{value}" if key == "variant" else value
    return names.get((key, path), spaced(value))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
