"""How well the models that come with the repository read pictures that are not MNIST's.

    python benchmarks/pictures.py

Shows them 60 imitated photos of handwriting (tests/handwriting.py) and scikit-learn's 1,797 digits,
enlarged, through all of `make predict`'s preparation. Writes docs/benchmark/pictures.md.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tests")]

import handwriting  # noqa: E402
from study.prediction import asking, classifiers, predictions  # noqa: E402
from study.prediction.predictions import Seen  # noqa: E402

PHOTOS = 60


def photos(folder: Path) -> list[str]:
    """Write the photos; what is on each, in the order of their names."""
    labels = handwriting.write(folder, PHOTOS)
    (folder / "labels.csv").unlink()
    return ["".join(map(str, digits)) for digits in labels]


def enlarged(folder: Path) -> list[str]:
    """Write scikit-learn's digits, 8 x 8 pixels, as pictures of 240 x 240; what is on each."""
    folder.mkdir()
    bunch = load_digits()
    for place, image in enumerate(bunch.images):
        picture = Image.fromarray((image * 15.9).astype(np.uint8)).resize((160, 160))
        whole = Image.new("L", (240, 240))
        whole.paste(picture, (40, 40))
        whole.save(folder / f"{place:04}.png")
    return list(map(str, bunch.target))


def read(seen: Sequence[Seen]) -> list[list[str]]:
    """What each model reads on each picture: its digits one after the other."""
    texts = []
    for each in seen:
        (images,) = each.predictions.values()
        models = zip(*images, strict=True)
        texts.append(["".join(one.top[0][0] for one in model) for model in models])
    return texts


def row(texts: Sequence[Sequence[str]], known: Sequence[str], place: int) -> tuple[int, int]:
    """How many digits, and how many whole pictures, a model reads correctly."""
    digits = pictures = 0
    for text, label in zip(texts, known, strict=True):
        said = text[place] if text else ""
        pictures += said == label
        if len(said) == len(label):
            digits += sum(a == b for a, b in zip(said, label, strict=True))
    return digits, pictures


def main() -> None:
    """Measure, and write the table."""
    asked = classifiers.committed([])
    lines = [
        "# Photos of handwriting\n",
        "Written by `.venv/bin/python benchmarks/pictures.py`. Each model saw the same pictures, "
        "prepared as `make predict` prepares them. A digit counts only if as many digits were "
        "found on its picture as there are.",
        "",
        "| model | MNIST's test images | photos: digits | photos: all digits of a photo "
        "| scikit-learn's digits |",
        "|---|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as scratch:
        folders = Path(scratch, "photos"), Path(scratch, "enlarged")
        labels = photos(folders[0]), enlarged(folders[1])
        found = [read(predictions.of_files(asking.files_of(folder), asked)) for folder in folders]
    total = sum(map(len, labels[0]))
    for place, model in enumerate(asked):
        digits, pictures = row(found[0], labels[0], place)
        others, _ = row(found[1], labels[1], place)
        lines.append(
            f"| {model.title} (`{model.name}`) | {100 * model.accuracy:.2f} % "
            f"| {digits} of {total}, {100 * digits / total:.1f} % | {pictures} of {PHOTOS} "
            f"| {others:,} of {len(labels[1]):,}, {100 * others / len(labels[1]):.1f} % |"
        )
    text = "\n".join(lines) + "\n"
    (ROOT / "docs" / "benchmark" / "pictures.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
