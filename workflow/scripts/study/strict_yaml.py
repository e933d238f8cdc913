"""YAML without surprises: no tags, no duplicate keys, and 1e-3 is a number."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from study.errors import StudyError


class _StrictLoader(yaml.SafeLoader):
    """PyYAML's safe loader, with text keys only and each of them once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key!r} is read as a {type(key).__name__}, not as text; "
                    "put it in quotes",
                    problem_mark=key_node.start_mark,
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key!r} stands here for the second time",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"),
    list("-+.0123456789"),
)


def read_mapping(file: Path) -> dict[str, Any]:
    """Read a YAML mapping strictly.

    Raises:
        StudyError: if the file is missing or empty, is not a mapping, repeats a key, or uses tags.
    """
    config = read(file)
    if not isinstance(config, dict):
        found = "empty" if config is None else f"a {type(config).__name__}"
        raise StudyError(f"the config file {file} must be a mapping of keys, but it is {found}")
    return config


def read(file: Path) -> Any:
    """Read a YAML file strictly.

    Raises:
        StudyError: if the file is missing, is not YAML, repeats a key, or uses tags.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"cannot read the config file {file}: {error}") from error
    try:
        return yaml.load(text, _StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise StudyError(f"cannot read the config file {file}{line}: {problem}") from error
