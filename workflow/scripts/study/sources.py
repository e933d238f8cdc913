"""Fingerprints of source code: of a script, and of everything of ours that it imports.

Snakemake sees a change of a rule's script, but not of what the script imports. A rule that has this
fingerprint among its parameters is run again when, and only when, code changes that it uses. Files
are parsed, never imported.
"""

import ast
import functools
import hashlib
from pathlib import Path

SCRIPTS = Path(__file__).parents[1]
REPORT_TEMPLATE = SCRIPTS.parent / "report" / "report.html.j2"
REPORT_STYLE = REPORT_TEMPLATE.with_name("report.css")
REPORT_SCRIPT = REPORT_TEMPLATE.with_name("report.js")
SWEEP_TEMPLATE = REPORT_TEMPLATE.with_name("sweep.html.j2")
SWEEP_FILES = (SWEEP_TEMPLATE, REPORT_STYLE)
REPORT_FILES = (REPORT_TEMPLATE, REPORT_STYLE, REPORT_SCRIPT)


def fingerprint(script: str, *more: Path) -> str:
    """The SHA-256 of a script, of files that it loads by name, and of what they import of `study`.

    Args:
        script: the name of a file in the scripts' folder, for instance `train.py`.
        more: files that the script imports by a computed name, such as a model's, or a template.
    """
    digest = hashlib.sha256()
    for file in sorted(_closure(SCRIPTS / script).union(*map(_closure, more))):
        digest.update(file.relative_to(SCRIPTS.parent).as_posix().encode() + b"\0")
        digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


@functools.cache
def _closure(file: Path) -> frozenset[Path]:
    found: set[Path] = set()
    waiting = [file]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += _imports(current)
    return frozenset(found)


@functools.cache
def _imports(file: Path) -> list[Path]:
    """The files of ours that a file imports, wherever in it."""
    if file.suffix != ".py":
        return []
    modules: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), filename=str(file))):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    files = []
    for module in modules:
        path = SCRIPTS.joinpath(*module.split("."))
        files += [f for f in (path.with_suffix(".py"), path / "__init__.py") if f.is_file()]
    return files
