"""Reading a guide as its reader does: files to save, and commands to type."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from conftest import ROOT, Checkout

DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ANY_FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"as\s+`([\w./-]+\.(?:yaml|py))`")
COMMAND = re.compile(r"(?:\w+=\S+ )*(?:make|git|cd|python|pip|npm|snakemake|\.venv/bin/\w+)(?: |$)")
MENTION = re.compile(r"make \w+|snakemake -n|(?:git|cd|python|pip|npm|snakemake)")
"""Words within a sentence that only name a tool or a target of make."""


class Guide(NamedTuple):
    """What a guide tells to do.

    Attributes:
        files: the text of each file that is to be saved, by its path.
        commands: what is to be typed, in the order of the text: lines of code, and code within
            sentences and tables.
    """

    files: dict[str, str]
    commands: list[str]


def read(page: Path) -> Guide:
    """What a page tells to do."""
    text = page.read_text(encoding="utf-8")
    files = {}
    for block in FENCE.finditer(text):
        named = NAMED.findall(text[: block.start()])
        if block[1] in ("yaml", "python") and named and named[-1] not in files:
            files[named[-1]] = block[2]
    found = []
    for code in re.finditer(r"^    (\S.*)$|`([^`\n]+)`", ANY_FENCE.sub("", text), re.MULTILINE):
        line = code[1] or code[2]
        if COMMAND.match(line) and not (code[2] and MENTION.fullmatch(line)):
            found.append(line)
    return Guide(files, list(dict.fromkeys(found)))


def save(guide: Guide, checkout: Checkout) -> None:
    """Save the guide's files in a copy of the repository."""
    for path, text in guide.files.items():
        (checkout.path / path).write_text(text, encoding="utf-8")


def type_in(checkout: Checkout, command: str) -> subprocess.CompletedProcess[str]:
    """Type a command of a guide in a copy of the repository, as it stands in the text.

    The copy gets a `.venv` of links to the packages of the tests, so that nothing is installed.
    """
    venv = checkout.path / ".venv"
    if not venv.exists():
        venv.mkdir()
        for entry in Path(sys.prefix).iterdir():
            if entry.suffix != ".done":
                (venv / entry.name).symlink_to(entry)
        for name in ("study", "dev", "crate"):
            (venv / f"{name}.done").touch()
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFL"))
    }
    return subprocess.run(
        ["bash", "-c", command], cwd=checkout.path, env=own, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip


def done(checkout: Checkout, command: str) -> str:
    """What a command of a guide prints; it must succeed."""
    finished = type_in(checkout, command)
    assert finished.returncode == 0, finished.stdout[-5000:]
    return finished.stdout


def relative_links(page: Path) -> list[str]:
    """The links of a page that lead to files of the repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", ANY_FENCE.sub("", page.read_text(encoding="utf-8")))
    return [link.partition("#")[0] for link in found if not re.match(r"(https?:|mailto:|#)", link)]
