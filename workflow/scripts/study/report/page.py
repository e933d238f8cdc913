"""The page of a study: one HTML file, which needs nothing beside itself unless it is asked to."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import pandas as pd
import vl_convert
from markupsafe import Markup

from study.report import formats, results
from study.report.environment import Made, run_ids
from study.report.pictures import Gallery
from study.report.sections import sections
from study.report.teaching import Lessons
from study.words import listed, plural, seconds, spaced

TEMPLATES = Path(__file__).parent / "templates"

TABLES = (
    "runs",
    "variants",
    "experiments",
    "histories",
    "classes",
    "layers",
    "datasets",
    "demonstrations",
    "outputs",
    "scorecard",
    "known",
    "spread",
    "exports",
    "robustness",
    "class_means",
    "comparisons",
)
"""The tables that the page reads or offers to save."""


def environment() -> jinja2.Environment:
    """The templates: everything is escaped, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    functions = ("number", "percent", "setting", "values", "rough", "published", "demanded")
    made.filters.update({name: getattr(formats, name) for name in functions})
    made.filters.update(
        seconds=seconds,
        first_word=formats.first_word,
        script_data=formats.script_data,
        plural=plural,
        spaced=spaced,
        listed=listed,
        spread=results.spread,
    )
    made.globals["css"] = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704
    return made


def javascript() -> Markup:
    """Vega, Vega-Lite and Vega-Embed, as vl-convert bundles them, and the page's own script."""
    whole: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    bundle = whole.replace("</script", "<\\/script")
    return Markup(f"{bundle}\n{(TEMPLATES / 'report.js').read_text(encoding='utf-8')}")  # noqa: S704


def render(
    title: str,
    study: str,
    tables: Mapping[str, pd.DataFrame],
    figures: Sequence[str | Path],
    lessons: Lessons,
    code: Mapping[str, str] | None = None,
    commit: str = "",
    folder: Path | None = None,
) -> str:
    """The page as HTML.

    Args:
        title: of the study.
        study: its name, which is its folder's name.
        tables: the tables of :data:`TABLES`, by name.
        figures: folders of figures; each has a `pictures.json`.
        lessons: what it teaches, see :func:`study.config.lessons.read`.
        code: the text of the file of each model, by the model's name.
        commit: of the workflow, see :func:`study.report.environment.commit`.
        folder: where the page will lie, with the figures' folders in it, for a page that names its
            pictures. Otherwise the page carries them: it needs nothing beside itself.
    """
    runs = tables["runs"]
    claims = results.rows_of(tables["scorecard"])
    finished = runs[runs["status"] == "finished"]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            study=study,
            beside=folder is not None,
            run_count=len(runs),
            experiment_count=len(tables["experiments"]),
            devices=sorted(set(finished["device_name"])),
            missing=list(run_ids(runs[runs["status"] != "finished"])),
            verdicts=results.verdicts(claims),
            composition=results.composition(claims),
            missed=results.missed(claims),
            sections=list(
                sections(tables, Gallery(figures, folder), Made(study, commit), lessons, code or {})
            ),
            javascript=javascript(),
        )
    )
