"""The file of lessons: what can be wrong with it, and what becomes of it."""

from pathlib import Path

import pytest
from config_texts import BASE, complaint, load

from study import config
from study.config import lessons, reading
from study.errors import StudyError
from study.formulas import mathml


def written(folder: Path, text: str) -> str:
    """A study that names a file of lessons with this text."""
    (folder / "mine-lessons.yaml").write_text(text)
    return "study: mine\nlessons: mine-lessons.yaml"


def test_every_experiment_of_the_published_study_has_its_lesson() -> None:
    study = config.load([BASE])
    assert study.lessons["experiments"].keys() == study.experiments.keys()
    for name, lesson in study.lessons["experiments"].items():
        assert lesson["idea"] and lesson["formulas"] and lesson["differences"], name
    tutorials = {claim["tutorial"] for claim in study.claims}
    assert study.lessons["tutorials"].keys() >= tutorials


def test_what_there_is_to_try_is_a_study_that_can_be_run(tmp_path: Path) -> None:
    for name, lesson in config.load([BASE]).lessons["experiments"].items():
        change = reading.parse(lesson["try_it"])
        assert (change["extends"], change["study"]) == (BASE.name, "mine")
        assert list(change["experiments"]) == change["only"] == [name]
        own = {"extends": str(BASE), **{k: v for k, v in change.items() if k != "extends"}}
        (tmp_path / "mine.yaml").write_text(reading.text(own))
        tried = config.load([tmp_path / "mine.yaml"])
        assert list(tried.experiments) == [name]
        assert {claim.get("experiment", name) for claim in tried.claims} == {name}
        settings = [run.settings for run in tried.of_experiment[name]]
        assert settings != [run.settings for run in config.load([BASE]).of_experiment[name]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("experiments: {lenet: {idea: I}}", "there is no such experiment; did you mean 'lenet5'?"),
        ("experiments: {lenet5: {ideas: I}}", "experiments.lenet5.ideas: unknown key; did you m"),
        ("experiments: {lenet5: {formulas: [{latex: '\\\\fraq{1}{2}'}]}}", "is not a formula"),
        ("tutorials: {S0: {title: T}}", "tutorials.S0.where: is missing"),
        ("tutorials: {S0: {title: T, where: W, address: 'javascript:x'}}", "tutorials.S0.address"),
        ("- 1", "must be a mapping"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, text: str, expected: str) -> None:
    found = complaint(tmp_path, written(tmp_path, text))
    assert "mine-lessons.yaml" in found
    assert expected in found


@pytest.mark.parametrize("experiments", ["[{name: mine}]", "[mine]", "3"])
def test_experiments_of_a_wrong_type_are_the_only_complaint(
    tmp_path: Path, experiments: str
) -> None:
    (tmp_path / "mine-lessons.yaml").write_text("experiments: {lenet5: {idea: I}}")
    config_file = tmp_path / "mine.yaml"
    config_file.write_text(
        f"study: mine\ntitle: Mine\nlessons: mine-lessons.yaml\nexperiments: {experiments}\n"
        "datasets: {digits: {source: digits}}\n"
    )
    with pytest.raises(StudyError, match="experiments: ") as caught:
        config.load([config_file])
    assert "no such experiment" not in str(caught.value)


def test_a_missing_file_of_lessons_is_named(tmp_path: Path) -> None:
    assert "nowhere.yaml" in complaint(tmp_path, "lessons: nowhere.yaml")
    assert load(tmp_path, "lessons: null").lessons == lessons.NONE


def test_formulas_become_mathml() -> None:
    made = mathml(r"\frac{1}{2} < \operatorname{relu}(z_1)")
    assert made.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">')
    assert "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>" in made
    assert "<mo>&lt;</mo><mo>relu</mo>" in made


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{<b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\nosuchcommand{a}",
        "a}",
        r"\begin{cases} a",
        r"\color{red; background: url(x)}{x}",
    ],
)
def test_what_is_no_formula_is_refused(latex: str) -> None:
    with pytest.raises(StudyError, match="is not a formula"):
        mathml(latex)
