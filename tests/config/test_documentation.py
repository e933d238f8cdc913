"""The files for editors and readers say what the code says."""

import json

import jsonschema
import pytest

from conftest import ROOT
from study import config
from study.config import description, documentation, reading

CONFIG = ROOT / "config"
SECTIONS = [
    "StudyConfig",
    "DatasetOptions",
    "Experiment",
    "Variant",
    "Splits",
    "Training",
    "Resources",
]
SECTIONS += ["Curve", "Illustrations", "Demonstration", "Frontier", "Known"]
SECTIONS += ["TestTimeAugmentation"]


def test_the_schema_for_editors_is_that_of_the_code() -> None:
    assert json.loads((CONFIG / "schema.json").read_text()) == documentation.schema()


def test_the_tables_of_the_pages_are_those_of_the_code() -> None:
    found = []
    for file in documentation.PAGES:
        text = file.read_text()
        assert documentation.page(text) == text, f"{file.name}: run make reference"
        found += [name for _, name, _ in documentation.MARK.findall(text)]
    assert sorted(found) == sorted(documentation.tables())


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_has_a_meaning(name: str) -> None:
    section: type[description.Section] = getattr(description, name)
    for key, field in section.model_fields.items():
        assert field.description, key


NO_STUDIES = ("claims.yaml", "lessons.yaml")
STUDIES = sorted(path.name for path in CONFIG.glob("*.yaml") if path.name not in NO_STUDIES)


@pytest.mark.parametrize("file", STUDIES)
def test_the_schema_for_editors_accepts_the_files_that_are_here(file: str) -> None:
    schema = jsonschema.Draft202012Validator(documentation.schema())
    assert [error.message for error in schema.iter_errors(reading.read(CONFIG / file))] == []
    assert config.load([CONFIG / file]).runs


def test_the_schema_for_editors_knows_what_is_a_file_of_its_own() -> None:
    schema = jsonschema.Draft202012Validator(documentation.schema())
    for wrong in (
        {"experiments": {"e": {"model": "lenet"}}},
        {"experiments": {"e": {"modle": "lenet5"}}},
        {"datasets": {"d": {"source": "tdfs"}}},
        {"defaults": {"training": {"optimizer": {"name": "adma"}}}},
        {"defaults": {"training": {"epochs": 0}}},
    ):
        assert list(schema.iter_errors(wrong)), wrong
