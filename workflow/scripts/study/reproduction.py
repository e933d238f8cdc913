"""Whether two runs of a study, on two machines or at two times, have the same bits.

    python -m study.reproduction results/demo finished/demo

Compared are the runs that are in both: their histories, predictions and weights, bit by bit. Where
they differ, what differs in what they were made of is said, too: code, data, packages, processor.
"""

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from study.errors import StudyError
from study.files import every_file, hash_of, read_json
from study.jobs import command

COMPARED = ("history.csv", "predictions.npz", "model.keras")
MADE_OF = {
    "settings": "settings",
    "seed": "seed",
    "data_fingerprint": "data",
    "code_fingerprint": "code",
    "versions": "packages",
    "device": "device or processor",
}


def differences(one: Path, other: Path) -> Iterator[str]:
    """What differs between two runs, one sentence each.

    Args:
        one, other: the folders of the run.

    Raises:
        StudyError: if one of them cannot be read.
    """
    different = [name for name in COMPARED if _bits(one / name) != _bits(other / name)]
    if different:
        here, there = _record(one), _record(other)
        made = [words for key, words in MADE_OF.items() if here.get(key) != there.get(key)]
        reason = f"other {', '.join(made)}" if made else "made of the same"
        yield f"{one}: {', '.join(different)} differ ({reason})"


def _record(folder: Path) -> Any:
    try:
        return read_json(folder / "run.json")
    except (OSError, ValueError) as error:
        raise StudyError(f"{folder / 'run.json'} cannot be read: {error}") from error


def _bits(file: Path) -> bytes | str:
    """What of a file counts: of a model its weights, since Keras numbers its objects by chance."""
    try:
        if file.suffix != ".keras":
            return hash_of(file)
        with zipfile.ZipFile(file) as model:
            return model.read("model.weights.h5")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise StudyError(f"{file} cannot be read: {error}") from error


def main(one: Path, other: Path) -> int:
    """Print how two studies' runs compare; returns how many differ or cannot be compared."""
    here, there = _runs(one), _runs(other)
    both = sorted(here & there)
    found = [line for run in both for line in differences(one / run, other / run)]
    for line in found:
        print(line)
    for name, only in ((one, here - there), (other, there - here)):
        if only:
            print(f"only in {name}: {len(only):,} runs, such as {min(only)}")
    print(f"{len(both) - len(found):,} of {len(both):,} runs have the same bits")
    return len(found) + (not both)


def _runs(study: Path) -> set[str]:
    if not (study / "runs").is_dir():
        raise StudyError(f"{study}: has no folder runs; name the folder of a study's results")
    return {
        file.parent.relative_to(study).as_posix()
        for file in every_file(study / "runs")
        if file.name == "run.json"
    }


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("Name two folders of results: make compare NAME=demo WITH=finished/demo")
    with command():
        sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])) > 0)
