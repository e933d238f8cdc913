"""The page of a study: one HTML file that needs nothing beside itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import pandas as pd
import vl_convert
from markupsafe import Markup

from study.report import formats, results
from study.report.environment import run_ids
from study.report.pictures import Gallery
from study.report.sections import sections
from study.words import listed, spaced

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
)
"""The tables that the page reads."""


def environment() -> jinja2.Environment:
    """The templates: everything is escaped, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    functions = ("seconds", "number", "percent", "moment", "setting", "values", "published")
    made.filters.update({name: getattr(formats, name) for name in functions})
    made.filters.update(
        first_word=formats.first_word,
        script_data=formats.script_data,
        plural=formats.plural,
        spaced=spaced,
        listed=listed,
        spread=results.spread,
    )
    made.globals["css"] = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))
    return made


def javascript() -> Markup:
    """Vega, Vega-Lite and Vega-Embed, as vl-convert bundles them, and the page's own script."""
    whole: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    bundle = whole.replace("</script", "<\\/script")
    return Markup(f"{bundle}\n{(TEMPLATES / 'report.js').read_text(encoding='utf-8')}")


def render(
    title: str,
    study: str,
    tables: Mapping[str, pd.DataFrame],
    figures: Sequence[str | Path],
) -> str:
    """The page as HTML.

    Args:
        title: of the study.
        study: its name, which is its folder's name.
        tables: the tables of :data:`TABLES`, by name.
        figures: folders of figures; each has a `pictures.json`.
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
            run_count=len(runs),
            experiment_count=len(tables["experiments"]),
            devices=sorted(set(finished["device_name"])),
            missing=list(run_ids(runs[runs["status"] != "finished"])),
            verdicts=results.verdicts(claims),
            missed=results.missed(claims),
            sections=list(sections(tables, Gallery(figures))),
            javascript=javascript(),
        )
    )
