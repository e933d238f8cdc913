"""What strace (https://strace.io) says of the files that a process works on."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*?)(?:\)\s+= (?P<result>.*)|\) <unfinished.*|)$")
OPENED = re.compile(r"(?:\d+|AT_FDCWD)<([^>]*)>")
NAMED = re.compile(r'"((?:[^"\\]|\\.)*)"')
BY_FILE = ("write", "pwrite64", "sendfile", "fsync", "ftruncate")
BY_FOLDER = ("openat", "unlinkat", "mkdirat")


@dataclass(frozen=True)
class Call:
    """A system call.

    Attributes:
        name, number: which, and the how-manieth of its name.
        paths: what it is made on: two for a rename or a link.
        arguments, result: as strace writes them; no result if the call never came back.
    """

    name: str
    number: int
    paths: tuple[str, ...]
    arguments: str
    result: str

    @property
    def failed(self) -> bool:
        """Whether it has had no effect."""
        return not self.result or self.result.startswith(("-1", "?"))

    @property
    def injected(self) -> bool:
        """Whether strace has made it fail."""
        return "(INJECTED)" in self.result


def calls(trace: Path, folder: Path) -> Iterator[Call]:
    """The calls of a trace.

    Args:
        trace: written by `strace -y`.
        folder: where the process ran. Paths below it are given relative to it.
    """
    count: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if found:
            name, arguments = found["name"], found["arguments"]
            count[name] += 1
            paths = tuple(_below(path, folder) for path in _paths(name, arguments))
            yield Call(name, count[name], paths, arguments, found["result"] or "")


def _paths(name: str, arguments: str) -> list[str]:
    if name in BY_FILE:
        return OPENED.findall(arguments)[:1]
    names = NAMED.findall(arguments)
    if name in BY_FOLDER:
        folders = OPENED.findall(arguments)[:1]
        return [str(Path(folder, each)) for folder in folders for each in names[:1]]
    return names[: 2 if name in ("rename", "link") else 1]


def _below(path: str, folder: Path) -> str:
    whole = os.path.normpath(folder / path)
    return os.path.relpath(whole, folder) if whole.startswith(f"{folder}{os.sep}") else whole


def of_results(call: Call) -> bool:
    """Whether a call is made on the results of a study."""
    return any(path.startswith("results/") for path in call.paths)
