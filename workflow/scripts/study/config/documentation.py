"""Writes what the description says for editors and readers.

    cd workflow/scripts && python -m study.config.documentation

writes `config/schema.json` and the tables of the pages in :data:`PAGES`; a test holds them to the
code.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from study import exports, figures
from study.claims import kinds, registry
from study.config import description, lessons, training
from study.exports import EXPORTS
from study.families import MODELS, OF_TRAINING, SOURCES, Family
from study.files import write_text

ROOT = Path(__file__).parents[4]
SCHEMA = ROOT / "config" / "schema.json"
PAGES = (ROOT / "config" / "README.md", ROOT / "docs" / "figures.md")
MARK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)

Schema = dict[str, Any]


def schema() -> Schema:
    """The JSON schema of a study's config, with all names that are files of their own.

    Nothing is required: a file that extends another one need not repeat it.
    """
    whole = description.StudyConfig.model_json_schema()
    _without(whole, "required", "title")
    names = whole["$defs"]
    names["DatasetOptions"]["properties"]["source"]["enum"] = SOURCES.names()
    for section in ("Experiment", "Variant", "Defaults", "Demonstration"):
        names[section]["properties"]["model"]["enum"] = MODELS.names()
    for section in ("Experiment", "Variant", "Defaults"):
        names[section]["properties"]["export"]["items"]["enum"] = EXPORTS.names()
    for key, family in OF_TRAINING.items():
        _add_members(names["Training"]["properties"][key], family)
    names["Illustrations"]["properties"]["figures"]["items"]["enum"] = inside()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}


def _add_members(schema: Schema, family: Family) -> None:
    """Name a family's members in the schema of a member, of a list of them, or of one or none."""
    for choice in schema.get("anyOf", [schema]):
        own = choice.get("items", choice)
        if own["type"] == "object":
            own["properties"] = {"name": {"enum": family.names()}}


def inside() -> list[str]:
    """The figures that `illustrations` may ask for."""
    return [name for name in figures.names() if figures.about(name)["SECTION"] == "inside"]


def tables() -> dict[str, str]:
    """The tables of all pages, by the names of their markers."""
    known = description
    shared = (*known.Changeable.model_fields, "seeds", "robustness")
    own = {
        name: field for name, field in known.Experiment.model_fields.items() if name not in shared
    }
    of_training = training.Training.model_fields
    return {
        "study": _keys(known.StudyConfig.model_fields),
        "datasets": _keys(known.DatasetOptions.model_fields, "datasets.<name>."),
        "sources": _things("source", SOURCES),
        "experiments": _keys(own, "experiments.<name>.")
        + _keys(
            {"title": known.Variant.model_fields["title"]}, "experiments.<name>.variants.<name>."
        )
        + _keys(known.Curve.model_fields, "experiments.<name>.curves.<name>.")
        + _keys(known.Frontier.model_fields, "experiments.<name>.frontier.")
        + _keys(known.Known.model_fields, "experiments.<name>.frontier.known.<n>.")
        + _keys(known.Illustrations.model_fields, "experiments.<name>.illustrations.")
        + _keys(
            known.IllustratedImage.model_fields, "experiments.<name>.illustrations.images.<n>."
        ),
        "shared": _keys({name: known.Experiment.model_fields[name] for name in shared}),
        "formats": "".join(_formats()),
        "splits": _keys(known.Splits.model_fields, "splits."),
        "training": _keys(of_training, "training."),
        "resources": _keys(known.Resources.model_fields, "resources."),
        "test_time_augmentation": _keys(
            training.TestTimeAugmentation.model_fields, "test_time_augmentation."
        ),
        "whitening": _keys(training.Whitening.model_fields, "training.whitening."),
        **{key: _things(family.word, family) for key, family in OF_TRAINING.items()},
        "models": _things("model", MODELS),
        "demonstrations": _keys(known.Demonstration.model_fields, "demonstrations.<name>."),
        "tutorials": _keys(lessons.Tutorial.model_fields, "tutorials.<name>."),
        "lessons": _keys(lessons.Lesson.model_fields, at := "experiments.<name>.")
        + _keys(lessons.Formula.model_fields, f"{at}formulas.<n>."),
        "measures": "".join(_measures()),
        "figures": "".join(_figures()),
    }


def page(text: str) -> str:
    """A page with its tables as they should be."""
    found = tables()

    def filled(match: "re.Match[str]") -> str:
        name = match[2]
        head = {
            "measures": "| measure | what it is | keys |\n|---|---|---|\n",
            "formats": "| format | what it is | file | needs | precision |\n" + "|---" * 5 + "|\n",
            "sources": "| source | what it is | keys |\n|---|---|---|\n",
            **{
                key: f"| {family.word} | what it is | keys |\n|---|---|---|\n"
                for key, family in OF_TRAINING.items()
            },
            "models": "| model | what it is | keys |\n|---|---|---|\n",
            "figures": "| figure | section | title | what it shows |\n|---|---|---|---|\n",
        }.get(name, "| key | default | meaning |\n|---|---|---|\n")
        return f"{match[1]}{head}{found[name]}{match[3]}"

    return MARK.sub(filled, text)


def _keys(fields: Any, before: str = "") -> str:
    """One row per key: name, default, meaning."""
    rows = []
    for name, field in fields.items():
        default = "required" if field.is_required() else _default(field.default)
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{before}{name}` | {default} | {meaning} |\n")
    return "".join(rows)


def _default(value: Any) -> str:
    if isinstance(value, BaseModel) or value in ("", {}):
        return ""
    text = json.dumps(value, default=lambda part: part.model_dump(exclude_none=True))
    return f"`{text if isinstance(value, (dict, list)) else text.strip(chr(34))}`"


def _things(kind: str, package: Any) -> str:
    """One row per file of a package: its name, its first sentence, its parameters."""
    rows = []
    for name in package.names():
        tree = ast.parse(package.source(name).read_text(encoding="utf-8"))
        sentence = (ast.get_docstring(tree) or kind).split("\n\n")[0].replace("\n", " ")
        keys = [
            f"`{key}`{_bounds(field)}"
            for key, field in package.description(name).model_fields.items()
        ]
        rows.append(f"| `{name}` | {sentence} | {', '.join(keys)} |\n")
    return "".join(rows)


def _bounds(field: Any) -> str:
    """A parameter's default and bounds in words."""
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    found = [] if field.is_required() else [json.dumps(field.default)]
    found += [
        f"{words[name]} {getattr(bound, name)}"
        for bound in field.metadata
        for name in words
        if getattr(bound, name, None) is not None
    ]
    return f" ({', '.join(found)})" if found else ""


def _measures() -> Iterator[str]:
    """One row per measure: its name, what it is, the keys that a claim of it takes."""
    for name, file in registry.measures().items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        function = next(
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name
        )
        sentence = (ast.get_docstring(function) or "").split("\n\n")[0].replace("\n", " ")
        keys = [f"`{key}`" for key in registry.keys(name) if key not in kinds.COMMON]
        yield f"| `{name}` | {sentence} | {', '.join(keys)} |\n"


def _formats() -> Iterator[str]:
    """One row per format of exports."""
    for name in EXPORTS.names():
        tree = ast.parse(EXPORTS.source(name).read_text(encoding="utf-8"))
        about = exports.about(name)
        precisions = ", ".join(f"`{precision}`" for precision in about["PRECISIONS"])
        sentence, file = ast.get_docstring(tree), about["FILE"]
        needs = "`make exports`" if about["EXTRAS"] else ""
        yield f"| `{name}` | {sentence} | `{file}` | {needs} | {precisions} |\n"


def _figures() -> Iterator[str]:
    """One row per kind of figure, in the order of the report."""
    for section in figures.SECTIONS:
        own = [(name, figures.about(name)) for name in figures.names()]
        for name, about in sorted(own, key=lambda figure: (figure[1]["ORDER"], figure[0])):
            if about["SECTION"] == section:
                caption = " ".join(about["CAPTION"].split()).replace("|", "\\|")
                yield f"| `{name}` | {section} | {about['TITLE']} | {caption} |\n"


def _without(value: Any, *keys: str) -> None:
    """Remove keys of a schema, at every depth; names of properties are no such keys."""
    if isinstance(value, list):
        for item in value:
            _without(item, *keys)
    if isinstance(value, dict):
        for key in keys:
            value.pop(key, None)
        for key, item in value.items():
            if key == "properties":
                for own in item.values():
                    _without(own, *keys)
            else:
                _without(item, *keys)


if __name__ == "__main__":
    write_text(SCHEMA, json.dumps(schema(), indent=2) + "\n")
    for path in PAGES:
        write_text(path, page(path.read_text(encoding="utf-8")))
