"""`make draw`: pages on which one draws, and sees what trained models make of it."""

import argparse
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

from study.files import write_text
from study.jobs import command, native_messages_to
from study.prediction import classifiers, weights
from study.prediction.classifiers import Classifier


def draw(names: list[str], config: Path | None, folder: Path) -> list[Path]:
    """Write a page for each set of images that the models are for; returns the pages.

    Args:
        names: of models, see :mod:`study.prediction.classifiers`; empty: all.
        config: of a trained study; None: the models whose weights are committed.
        folder: to write into.

    Raises:
        StudyError: if there is no such model, or the page cannot compute one.
    """
    asked = (
        classifiers.trained(config, names)
        if config
        else classifiers.committed(names or every_experiment())
    )
    from study.drawing import page
    from study.training import backend

    backend.start("cpu", os.cpu_count() or 1)
    pages = []
    for name, own in together(asked).items():
        pages.append(folder / f"{name}.html")
        write_text(pages[-1], page.render(page.title(own), own))
    return pages


def every_experiment() -> list[str]:
    """The experiments whose models are in the repository."""
    return list(dict.fromkeys(entry["name"].partition("/")[0] for entry in weights.index()))


def together(asked: Sequence[Classifier]) -> dict[str, list[Classifier]]:
    """Models of the same images and classes, by the name of the first one's experiment.

    Further sets of an experiment are numbered: `lenet5`, `lenet5-2`.
    """
    sets: dict[tuple[object, ...], list[Classifier]] = {}
    for each in asked:
        key = (each.dataset_title, each.input_shape, *each.class_names)
        sets.setdefault(key, []).append(each)
    pages: dict[str, list[Classifier]] = {}
    for own in sets.values():
        experiment = own[0].name.partition("/")[0]
        numbered = (f"{experiment}-{number}" for number in itertools.count(2))
        name = next(n for n in itertools.chain([experiment], numbered) if n not in pages)
        pages[name] = own
    return pages


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", nargs="*", default=[], help="experiment or experiment/variant")
    parser.add_argument("--config", type=Path, help="of a trained study; else ready weights")
    parser.add_argument("--out", type=Path, default=Path("results/drawing"), help="the folder")
    given = parser.parse_args()
    native_messages_to(Path(os.devnull))
    with command():
        pages = draw(given.model, given.config, given.out)
    for file in pages:
        print(f"The page: {file.resolve()} ({file.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
