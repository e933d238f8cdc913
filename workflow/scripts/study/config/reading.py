"""YAML 1.2, read strictly: no tags, no duplicate keys, text keys only.

In YAML 1.2, unlike 1.1, `1e-3` is a number, `010` is ten, and `no` is a word.
"""

import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node
from ruamel.yaml.reader import ReaderError

from study.config.messages import shown
from study.errors import StudyError

_NULLS = ("null", "~")
_TEXTS = ("study", "title", "tutorial", "question")
_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")
"""No file's name has a NUL, and no UTF-8 text half of a pair of surrogates."""

_TAGS = ("null", "bool", "int", "float", "str", "seq", "map", "merge", "timestamp")

MOST_VALUES = 1_000_000
"""The most values that a file may describe: aliases of aliases make millions of a few lines."""

DEEPEST = 50
"""The deepest nesting of mappings and lists."""

_HINTS = {
    r"\t": "indent with spaces, not with tabs",
    "mapping values are not allowed": "text with a colon needs quotes",
    "found another document": "leave one document, without a line `---` between",
    "stream end": "a bracket or quotation mark is not closed",
    "end of stream": "a bracket or quotation mark is not closed",
    "special characters are not allowed": "save it as plain text",
    "'%'": "text that starts with % needs quotes",
    "'@'": "text that starts with @ needs quotes",
    "'`'": "text that starts with ` needs quotes",
}
"""What to do, by what YAML's reader says."""


class _StrictConstructor(SafeConstructor):
    """Builds plain Python values; refuses tags, and keys that are not text or appear twice."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
        if tag.removeprefix("!!") not in _TAGS:
            problem = f"the tag {tag} is not allowed; write a plain value"
            raise ConstructorError(None, None, problem, node.start_mark)
        try:
            value = super().construct_object(node, deep)
        except (ValueError, KeyError) as error:
            problem = f"{shown(node.value)} cannot be read as {tag}"
            raise ConstructorError(None, None, problem, node.start_mark) from error
        if isinstance(value, str) and (unprintable := _UNPRINTABLE.search(value)):
            problem = f"the character {unprintable[0]!r} cannot be part of a text; remove it"
            raise ConstructorError(None, None, problem, node.start_mark)
        return value

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[str, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                problem = f"the key {shown(key)} is not read as text; put it in quotes"
                raise ConstructorError(None, None, problem, key_node.start_mark)
            if key in seen:
                problem = f"the key {key!r} appears twice in one mapping"
                raise ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        mapping: dict[str, Any] = super().construct_mapping(node, deep)
        return mapping


# A date is no type of YAML 1.2: it stays text.
_StrictConstructor.add_constructor(
    "tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str
)


def parse(text: str) -> Any:
    """The value that a YAML 1.2 text describes.

    Raises:
        YAMLError: if it is not YAML 1.2, repeats a key, uses tags, or describes too much.
    """
    other = re.search(r"^%YAML +(?!1\.2\b)\S*", text, re.MULTILINE)
    if other:
        raise YAMLError(f"{other[0]} is another version of YAML; remove that line")
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _StrictConstructor
    try:
        value = yaml.load(io.StringIO(text))
    except RecursionError as error:
        raise YAMLError(f"mappings and lists lie more than {DEEPEST} deep") from error
    _refuse_too_much(value)
    return value


def _refuse_too_much(value: Any) -> None:
    """Refuse what aliases have made endless or huge."""
    count, waiting = 0, [(value, 0)]
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if depth > DEEPEST:
            raise YAMLError(f"mappings and lists lie more than {DEEPEST} deep")
        if count > MOST_VALUES:
            raise YAMLError(f"it describes more than {MOST_VALUES:,} values")
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, (dict, list)):
            waiting += [(each, depth + 1) for each in inner]


def text(value: Any) -> str:
    """A value as YAML: mappings and lists of plain values on one line."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 100
    written = io.StringIO()
    yaml.dump(value, written)
    return written.getvalue()


def read(file: Path, named: str = "") -> Any:
    """Read a YAML file.

    Args:
        file: where it is.
        named: where it is named, such as `mine.yaml, extends`; "" for the command line.

    Raises:
        StudyError: if it cannot be read, is not YAML, repeats a key, or uses tags.
    """
    where = f"{file} (named by {named})" if named else str(file)
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        beside = "; the path is relative to the folder of the file that names it" if named else ""
        raise StudyError(f"cannot read {where}: {error.strerror}{beside}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StudyError(
            f"cannot read {where}, line {line}: it is not UTF-8 text; save it as UTF-8"
        ) from error
    try:
        return parse(text)
    except YAMLError as error:
        raise StudyError(f"cannot read {where}{_explained(error, text)}") from error


def _explained(error: YAMLError, text: str) -> str:
    """Where and why a text is not YAML, and what to do."""
    mark = getattr(error, "problem_mark", None)
    begin = getattr(error, "context_mark", None)
    problem = (getattr(error, "problem", None) or str(error)).splitlines()[0]
    line = f", line {mark.line + 1}" if mark else ""
    if isinstance(error, ReaderError):
        line = f", line {text.count(chr(10), 0, error.position) + 1}"
    if mark and begin and begin.line < mark.line:
        problem += f", in what begins in line {begin.line + 1}"
    hint = next((f"; {words}" for said, words in _HINTS.items() if said in problem), "")
    return f"{line}: {problem}{hint}"


def read_mapping(file: Path, named: str = "") -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Args:
        file, named: see :func:`read`.

    Raises:
        StudyError: as :func:`read`, and if the file is empty or not a mapping.
    """
    config = read(file, named)
    if not isinstance(config, dict):
        where = f"{file} (named by {named})" if named else str(file)
        raise StudyError(f"{where} must be a mapping of keys, but it is {_kind(config)}")
    return config


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return "empty" if value is None else kinds.get(type(value), "something else")


def numbers_of_text(value: Any) -> Any:
    """Values from the command line, with the types that they would have in a file.

    Snakemake hands over what stands inside `--config key={...}` as text. What the config wants as
    text, such as a title, stays text.
    """
    if isinstance(value, dict):
        return {
            key: item if key in _TEXTS and item not in _NULLS else numbers_of_text(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [numbers_of_text(item) for item in value]
    if isinstance(value, str):
        try:
            parsed = parse(value)
        except YAMLError:
            return value
        is_null = parsed is None and value in _NULLS
        return parsed if is_null or isinstance(parsed, (bool, int, float)) else value
    return value
