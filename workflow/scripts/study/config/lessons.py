"""The file of lessons that a study names: what its report teaches beside the numbers."""

from pathlib import Path
from typing import Any

from study.config import messages, reading
from study.config._section import Name, Section, doc
from study.config.resolving import Config
from study.errors import StudyError
from study.formulas import mathml
from study.words import nearest


class Tutorial(Section):
    """Where a tutorial was published."""

    title: str = doc("as published")
    meaning: str = doc("the title in English, if it is in another language", "")
    where: str = doc("publisher or author")
    date: str = doc("when it was published, if known", "")
    language: str = doc("the language in which it is written", "")
    address: str | None = doc("a link, if known with certainty", None, pattern="^https://")


class Formula(Section):
    """A formula of an experiment."""

    latex: str = doc("the formula in LaTeX", min_length=1)
    meaning: str = doc("what it says", "")


class Idea(Section):
    """An idea and its formulas."""

    idea: str = doc("the idea in a few sentences", "")
    formulas: list[Formula] = doc("its formulas", [])


class Lesson(Idea):
    """What the section of an experiment teaches."""

    differences: list[str] = doc("what was done differently from the tutorial, and why", [])
    readings: list[str] = doc("what the tutorial concludes from its figures, in other words", [])
    try_it: dict[str, Any] = doc("a change of the experiment that is worth trying", {})


class Lessons(Section):
    """What the report teaches."""

    tutorials: dict[Name, Tutorial] = doc("by the name that experiments and claims use", {})
    blocks: Idea = doc("of the section on building blocks", Idea())
    experiments: dict[Name, Lesson] = doc("by the experiment's name", {})


NONE: Config = Lessons().model_dump()
"""What a study without a file of lessons teaches."""


def read(file: Path, naming: Config, source: Path) -> Config:
    """Read a file of lessons.

    Args:
        file: where they stand.
        naming: the merged config up to the file that names the lessons.
        source: the file that names them.

    Returns:
        `tutorials` and `experiments`, with all keys. `try_it` is the text of a config file.

    Raises:
        StudyError: with everything that is wrong, one line each.
    """
    lessons = reading.read_mapping(file, f"{source}, lessons")
    problems = messages.problems(Lessons, lessons, "")
    if not problems:
        experiments = naming.get("experiments")
        known = sorted(map(str, experiments)) if isinstance(experiments, dict) else []
        for experiment, lesson in (lessons.get("experiments") or {}).items():
            at = f"experiments.{experiment}"
            if experiment not in known and isinstance(experiments, dict):
                hint = nearest(experiment, known)
                problems.append(f"{at}: there is no such experiment{hint}")
            problems += _of_formulas(lesson, at)
        problems += _of_formulas(lessons.get("blocks") or {}, "blocks")
    if problems:
        raise StudyError("\n".join(f"{file.name}: {problem}" for problem in problems))
    found = Lessons.model_validate(lessons).model_dump()
    for experiment, lesson in found["experiments"].items():
        changes = {experiment: lesson["try_it"]}
        change = {
            "extends": source.name,
            "study": "mine",
            "only": [experiment],
            "experiments": changes,
        }
        lesson["try_it"] = reading.text(change) if lesson["try_it"] else ""
    return found


def _of_formulas(idea: Config, at: str) -> list[str]:
    """What is wrong with the formulas of an idea that stands at a place of the file."""
    problems = []
    for place, formula in enumerate(idea.get("formulas") or []):
        try:
            mathml(formula["latex"])
        except StudyError as error:
            problems.append(f"{at}.formulas.{place}.latex: {error}")
    return problems
