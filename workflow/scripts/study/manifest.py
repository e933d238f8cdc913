"""The SHA-256 of every published file, in the format that `sha256sum --check` reads.

    python -m study.manifest results/published docs/results

compares the files of these folders with what their `SHA256SUMS` says of them.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from study.errors import StudyError
from study.files import every_file, hash_of, write_text
from study.jobs import command
from study.words import plural

NAME = "SHA256SUMS"
LINE = re.compile("([0-9a-f]{64})  (.+)")


def write(folder: Path, published: Iterable[Path]) -> None:
    """Write the manifest of a folder.

    Args:
        folder: gets `SHA256SUMS`.
        published: files and folders in it; of a folder, every file counts.

    Raises:
        StudyError: if a name has a line break or a backslash, which the format cannot say.
    """
    found = set()
    for path in published:
        found |= set(every_file(path)) if path.is_dir() else {path}
    names = sorted(
        (file.relative_to(folder).as_posix(), file) for file in found if _is_lasting(file)
    )
    broken = [name for name, _ in names if set(name) & set("\n\r\\")]
    if broken:
        raise StudyError(f"{folder}: a manifest cannot name the file {broken[0]!r}; rename it")
    write_text(folder / NAME, "".join(f"{hash_of(file)}  {name}\n" for name, file in names))


def read(folder: Path) -> dict[str, str]:
    """The hash of each file that the manifest of a folder names, by its name.

    Raises:
        StudyError: if there is no manifest, or it cannot be read.
    """
    file = folder / NAME
    try:
        # Not `splitlines`, for which more marks end a line. Git may have given it ends of Windows.
        lines = file.read_bytes().decode("utf-8").replace("\r\n", "\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{file} cannot be read ({error}); a finished study has it") from error
    found = {}
    for number, line in enumerate(lines[:-1] if not lines[-1] else lines, 1):
        match = LINE.fullmatch(line)
        if match is None:
            raise StudyError(f"{file}, line {number}: is no line of a manifest: {line[:80]!r}")
        hashed, name = match.groups()
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise StudyError(f"{file}, line {number}: {name} is not in the folder")
        found[name] = hashed
    return found


def differences(folder: Path) -> Iterator[str]:
    """What is not as the manifest of a folder says, one sentence each.

    Raises:
        StudyError: if there is no manifest, or it cannot be read.
    """
    named = read(folder)
    for name, expected in named.items():
        path = folder / name
        try:
            if hash_of(path) != expected:
                yield f"{path}: its content has changed"
        except FileNotFoundError:
            yield f"{path}: is missing"
        except OSError as error:
            yield f"{path}: cannot be read ({error.strerror})"
    if not named:
        yield f"{folder / NAME}: names no file"


def _is_lasting(file: Path) -> bool:
    """Whether a file is a result: Snakemake leaves hidden marks of its own beside them."""
    return not file.name.startswith(".") and file.name != NAME


def main(folders: list[str]) -> int:
    """Print what differs in each folder; returns how many files do."""
    count = 0
    for folder in map(Path, folders):
        found = list(differences(folder))
        count += len(found)
        for sentence in found:
            print(sentence)
        print(f"{folder}: {plural(len(found), 'difference')}")
    return count


if __name__ == "__main__":
    with command():
        failed = main(sys.argv[1:])
    if failed:
        sys.exit(
            "Results: remove what differs and run Snakemake again to recreate it. "
            "Files of the repository: git checkout -- FILE"
        )
