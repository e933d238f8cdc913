"""`make predict`: show a folder of pictures to trained models, and tell what they predict."""

import argparse
import os
import sys
from pathlib import Path

from study.jobs import command, native_messages_to
from study.prediction import asking, classifiers, predictions
from study.prediction.predictions import Seen


def predict(pictures: Path, names: list[str], config: Path | None, out: Path) -> int:
    """Write `index.html` and `predictions.csv`, and tell the predictions in the terminal.

    Args:
        pictures: a folder of pictures, or one.
        names: of models, see :mod:`study.prediction.classifiers`; empty: all of the study, or of
            the committed ones those for digits.
        config: of a trained study; None: the models whose weights are committed.
        out: the folder to write into.

    Returns:
        How many files have no prediction.

    Raises:
        StudyError: if there is no picture or no such model.
    """
    files = asking.files_of(pictures)
    asked = classifiers.trained(config, names) if config else classifiers.committed(names)
    from study.prediction import page
    from study.training import backend

    backend.start("cpu", os.cpu_count() or 1)
    seen = predictions.of_files(files, asked)
    page.write(out, asking.name_of(pictures), seen, asked)
    for each in seen:
        for line in said(each):
            print(line)
        if each.reason:
            print(f"{asking.shown_name(each.file)}: {each.reason}", file=sys.stderr)
    return sum(bool(each.reason) for each in seen)


def said(seen: Seen) -> list[str]:
    """A line per model: what it takes the images of a picture for, one after the other."""
    tops: dict[str, list[tuple[str, float]]] = {}
    for images in seen.predictions.values():
        for of_image in images:
            for prediction in of_image:
                tops.setdefault(prediction.classifier.name, []).append(prediction.top[0])
    return [
        f"{asking.shown_name(seen.file)}  {' '.join(label for label, _ in top)}  "
        f"({name}, {min(probability for _, probability in top):.2f} or more)"
        for name, top in tops.items()
    ]


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, help="a folder of pictures, or one")
    parser.add_argument("--model", nargs="*", default=[], help="experiment or experiment/variant")
    parser.add_argument("--config", type=Path, help="of a trained study; else ready weights")
    parser.add_argument("--out", type=Path, help="the folder to write into")
    given = parser.parse_args()
    native_messages_to(Path(os.devnull))
    pictures = given.pictures.expanduser()
    out = given.out or Path("results") / "predictions" / asking.name_of(pictures)
    with command():
        failed = predict(pictures, given.model, given.config, out)
    print(f"The page: {out.resolve() / 'index.html'}")
    if failed:
        sys.exit(f"{failed} of the files could not be used; the page says why.")


if __name__ == "__main__":
    main()
