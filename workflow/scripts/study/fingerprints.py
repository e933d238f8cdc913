"""Fingerprints of source code: what a rule computes with, whatever its comments say.

Snakemake sees a change of a rule's script, but not of what the script imports. A rule that has such
a fingerprint among its parameters is run again when, and only when, code changes that it uses. The
hash is over the syntax tree without docstrings, comments and layout; files are parsed, never
imported.
"""

import ast
import functools
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from study.families import MODELS, OF_TRAINING

SCRIPTS = Path(__file__).parents[1]
PACKAGE = Path(__file__).parent

NO_EFFECT = frozenset(
    PACKAGE / name
    for name in (
        "errors.py",
        "files.py",
        "jobs.py",
        "locks.py",
        "seals.py",
        "words.py",
        "training/checkpoints.py",
        "training/identity.py",
        "training/progress.py",
    )
)
"""What a training uses and cannot change a bit of it: messages, files, logs, the progress bar.

Checkpoints are among them since tests hold that a run resumed from one ends with the same bits.
"""

RECORD_VERSION = 2
"""To be raised when what a run's folder holds changes, so that all runs are written again."""


def of_script(script: str, *more: Path) -> str:
    """The fingerprint of a script and of all that it imports of the package.

    Args:
        script: the name of a file in the scripts' folder, for instance `summarise.py`.
        more: files that it imports by a computed name, or reads: a figure's file, a template.

    Returns:
        A SHA-256 in hexadecimal.
    """
    return _digest(_closure(SCRIPTS / script).union(*map(_closure, more)))


def of_training(settings: Mapping[str, Any]) -> str:
    """The fingerprint of the code that determines the bits of a training.

    That is the engine with all that it imports, the architecture's file with its helpers, and those
    of what the run names: optimiser, schedule and so on; neither the job around them nor what is in
    :data:`NO_EFFECT`. What hardly changes, such as how splits are cut, is not part of it; a test
    notices a change and asks for a new :data:`RECORD_VERSION`.

    Args:
        settings: a run's.

    Returns:
        A SHA-256 in hexadecimal.
    """
    training = settings["training"]
    named = [MODELS.source(settings["model"])]
    for key, family in OF_TRAINING.items():
        members = training.get(key) or []
        for member in members if isinstance(members, list) else [members]:
            named.append(family.source(member["name"]))
    if training.get("whitening"):
        named.append(PACKAGE / "training" / "whitening.py")
    if settings.get("test_time_augmentation"):
        named.append(PACKAGE / "training" / "views.py")
    return _of_training(frozenset(named))


@functools.cache
def _of_training(named: frozenset[Path]) -> str:
    found: set[Path] = set()
    for file in (*named, PACKAGE / "training" / "engine.py"):
        found |= _closure(file, NO_EFFECT)
    others = {MODELS.source(name) for name in MODELS.names()}
    for family in OF_TRAINING.values():
        others |= {family.source(name) for name in family.names()}
    return _digest(frozenset(found - (others - named)))


def templates() -> list[Path]:
    """The files that the report's pages are made from, besides code."""
    return sorted(file for file in (PACKAGE / "report" / "templates").iterdir() if file.is_file())


def _digest(files: frozenset[Path]) -> str:
    digest = hashlib.sha256(f"{RECORD_VERSION}\n".encode())
    for file in sorted(files):
        digest.update(file.relative_to(SCRIPTS).as_posix().encode() + b"\0")
        digest.update(_source(file)[0])
    return digest.hexdigest()


@functools.cache
def _source(file: Path) -> tuple[bytes, list[Path]]:
    """What counts of a file: the hash of its syntax tree, or of its text if it is not Python.

    With the files of ours that it imports. The tree is not kept: it is large.
    """
    if file.suffix != ".py":
        return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).digest(), []
    tree = _tree(file)
    return hashlib.sha256(_canonical(tree).encode()).digest(), _imports(file, tree)


def _tree(file: Path) -> ast.Module:
    """The syntax tree of a file without what cannot count: docstrings, imports for types only."""
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    for node in _statements(tree):
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [statement for statement in body if not _is_idle(statement)]
    return tree


def _statements(tree: ast.Module) -> Iterator[Any]:
    """All statements, however deep; an order of magnitude fewer nodes than `ast.walk` visits."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, part, [])


def _is_idle(statement: ast.stmt) -> bool:
    """Whether a statement is a bare text, such as a docstring, or `if TYPE_CHECKING:`."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _canonical(tree: ast.AST) -> str:
    """The tree as text, equal for equal trees, on every version of Python (unlike `ast.dump`)."""
    words: list[str] = []
    waiting: list[Any] = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.AST):
            words.append(item.__class__.__name__)
            for name in item._fields:
                value = getattr(item, name, None)
                if value is not None and value != []:
                    words.append(name)
                    waiting.append(value)
        elif isinstance(item, list):
            words.append(f"[{len(item)}")
            waiting += item
        else:
            words.append(repr(item))
    return "\0".join(words)


@functools.cache
def _closure(file: Path, without: frozenset[Path] = frozenset()) -> frozenset[Path]:
    """A file, and the files of ours that it imports, and those that they import.

    Args:
        file: where to start.
        without: files to leave out, with what only they import.
    """
    found: set[Path] = set()
    waiting = [file]
    while waiting:
        current = waiting.pop()
        if current not in found and current not in without:
            found.add(current)
            waiting += _source(current)[1]
    return frozenset(found)


def _imports(file: Path, tree: ast.Module) -> list[Path]:
    """The files of ours that a file imports, wherever in it, absolutely or relatively."""
    modules: list[tuple[str, ...]] = []
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            modules += [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package: tuple[str, ...] = ()
            if node.level:
                package = file.relative_to(SCRIPTS).parts[: -node.level]
            package += tuple(node.module.split(".")) if node.module else ()
            modules += [package, *((*package, alias.name) for alias in node.names)]
    files = []
    for module in modules:
        if module:
            # Importing a module runs the packages that it lies in, too.
            for length in range(1, len(module)):
                files.append(SCRIPTS.joinpath(*module[:length], "__init__.py"))
            path = SCRIPTS.joinpath(*module)
            files += [path.with_suffix(".py"), path / "__init__.py"]
    return [path for path in files if path.is_file()]
