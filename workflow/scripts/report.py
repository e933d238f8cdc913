"""Put tables and figures into one HTML page that needs nothing beside itself."""

import base64
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd
from markupsafe import Markup

from study.files import read_json, write_text
from study.jobs import job
from study.sources import REPORT_STYLE, REPORT_TEMPLATE

if TYPE_CHECKING:
    from snakemake.script import snakemake

TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


def image(file: str) -> str:
    """A picture as a data address, for an `src`."""
    path = Path(file)
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"data:{TYPES[path.suffix]};base64,{data}"


def by_run(files: list[str]) -> dict[str, str]:
    """Files by the run that they belong to, `<experiment>/<variant>/seed-<n>`."""
    return {"/".join(Path(file).parts[-4:-1]): file for file in files}


def seconds(value: float) -> str:
    """A duration for people: seconds, or minutes and seconds."""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {value % 60:02.0f} s"


def render(config: dict[str, Any], runs: pd.DataFrame, scorecard: pd.DataFrame, files: Any) -> str:
    """The page.

    Args:
        config: the study's config.
        runs: the table of runs.
        scorecard: the table of claims.
        files: the paths of records, data sets, figures and demonstrations.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(REPORT_TEMPLATE.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = seconds
    environment.filters["image"] = image
    records = {run: read_json(file) for run, file in by_run(files.records).items()}
    rows = runs.to_dict("records")
    for row in rows:
        row["id"] = f"{row['experiment']}/{row['variant']}/seed-{row['seed']}"
    curves = {Path(file).parent.name: file for file in files.curves}
    models = {Path(f).parent.name: read_json(f) for f in files.demonstrations if "model" in f}
    outputs = {
        Path(f).parent.name: pd.read_csv(f).to_dict("split")
        for f in files.demonstrations
        if "outputs" in f
    }
    return environment.get_template(REPORT_TEMPLATE.name).render(
        config=config,
        rows=rows,
        claims=scorecard.fillna("").to_dict("records"),
        verdicts=Counter(scorecard["reproduced"]),
        records=records,
        machines=sorted({f"{r['device_name']}, threads a run: {r['threads']}" for r in rows}),
        versions=next(iter(records.values()))["versions"],
        curves=curves,
        confusion=by_run(files.confusion),
        classes=by_run(files.classes),
        datasets=[read_json(file) for file in files.datasets],
        samples=dict(zip([Path(f).parent.name for f in files.samples], files.samples, strict=True)),
        distributions={Path(file).parent.name: file for file in files.distributions},
        demonstrations={
            name: {**models[name], "outputs": outputs[name], **config["demonstrations"][name]}
            for name in models
        },
        css=Markup(REPORT_STYLE.read_text(encoding="utf-8")),
    )


if __name__ == "__main__":
    with job(snakemake):
        page = render(
            snakemake.params.config,
            pd.read_csv(snakemake.input.runs),
            pd.read_csv(snakemake.input.scorecard, keep_default_na=False),
            snakemake.input,
        )
        write_text(snakemake.output.html, page)
