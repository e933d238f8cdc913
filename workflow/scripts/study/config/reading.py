"""YAML 1.2, read strictly: no tags, no duplicate keys, text keys only.

In YAML 1.2, unlike 1.1, `1e-3` is a number, `010` is ten, and `no` is a word.
"""

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode

from study.errors import StudyError

_NULLS = ("null", "~")
_TEXTS = ("study", "title", "tutorial", "question")


class _StrictConstructor(SafeConstructor):
    """Builds plain Python values; refuses keys that are not text or appear twice."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[str, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                problem = f"the key {key!r} is not read as text; put it in quotes"
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
        YAMLError: if it is not YAML, repeats a key, or uses tags.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _StrictConstructor
    return yaml.load(io.StringIO(text))


def read(file: Path) -> Any:
    """Read a YAML file.

    Raises:
        StudyError: if it cannot be read, is not YAML, repeats a key, or uses tags.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"cannot read the config file {file}: {error}") from error
    try:
        return parse(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise StudyError(f"cannot read the config file {file}{line}: {problem}") from error


def read_mapping(file: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Raises:
        StudyError: as :func:`read`, and if the file is empty or not a mapping.
    """
    config = read(file)
    if not isinstance(config, dict):
        found = "empty" if config is None else f"a {type(config).__name__}"
        raise StudyError(f"the config file {file} must be a mapping of keys, but it is {found}")
    return config


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
