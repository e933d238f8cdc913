"""Put tables, figures and charts into one HTML page that needs nothing beside itself."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd
import vl_convert
from markupsafe import Markup

from study import charts, style
from study.files import read_json, write_text
from study.findings import findings
from study.jobs import job
from study.sources import REPORT_SCRIPT, REPORT_STYLE, REPORT_TEMPLATE

if TYPE_CHECKING:
    from snakemake.script import snakemake

TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

COSTS = {
    "parameters": "Parameters",
    "train_seconds": "Training time (s)",
    "images_seen": "Training images seen",
}

Row = dict[str, Any]


def image(file: str | Path) -> str:
    """A picture as a data address, for an `src`; of a figure's SVG and PNG the smaller one."""
    path = min(Path(file), Path(file).with_suffix(".png"), key=lambda path: path.stat().st_size)
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"data:{TYPES[path.suffix]};base64,{data}"


def seconds(value: float) -> str:
    """A duration for people: seconds, minutes and seconds, or hours and minutes."""
    if value < 60:
        return f"{value:.1f} s"
    if value < 3600:
        return f"{int(value // 60)} min {value % 60:02.0f} s"
    return f"{int(value // 3600)} h {value % 3600 / 60:02.0f} min"


def first_word(text: str) -> str:
    """The first word of a text, to sort values by; empty if there is none."""
    words = text.split()
    return words[0] if words else ""


def changed(change: Any, path: str = "") -> Iterator[str]:
    """What a variant's config changes of the training, as `key value`."""
    for key, value in (change or {}).items():
        if key == "resources":
            continue
        if isinstance(value, dict):
            yield from changed(value, f"{path}{key} ")
        else:
            shown = " × ".join(map(str, value)) if isinstance(value, list) else value
            name = style.short(f"{path}{key}").removeprefix("parameters ")
            yield f"{name.removeprefix('training ')} {shown}"


def script_data(value: Any) -> Markup:
    """A value as JSON that can stand inside a script element, whatever is in its strings."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def javascript() -> Markup:
    """Vega, Vega-Lite and Vega-Embed, as vl-convert bundles them, and the page's own script."""
    whole: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    bundle = whole.replace("</script", "<\\/script")
    return Markup(f"{bundle}\n{REPORT_SCRIPT.read_text(encoding='utf-8')}")


def result_rows(
    runs: pd.DataFrame, claims: list[Row], planned: list[str], config: dict[str, Any]
) -> list[Row]:
    """A row a planned variant, in the order of the config; of one without a run only the names."""
    published = {
        (claim["experiment"], claim["variant"] or "default"): claim
        for claim in claims
        if claim["measure"] == "test_accuracy"
    }
    rows: dict[tuple[str, str], Row] = {}
    for run in planned:
        experiment, variant, _ = run.split("/")
        row = rows.setdefault((experiment, variant), {"planned": 0})
        row["planned"] += 1
    places = style.positions(variants_of(planned))
    for (experiment, variant), row in rows.items():
        own = runs[(runs["experiment"] == experiment) & (runs["variant"] == variant)]
        row.update(
            experiment=experiment,
            title=config["experiments"][experiment]["title"],
            variant=variant,
            colour=style.colour(places[experiment, variant]),
            seeds=len(own),
            claim=published.get((experiment, variant)),
        )
        if len(own):
            row.update(
                dataset=own["dataset_title"].iloc[0],
                parameters=int(own["parameters"].iloc[0]),
                accuracy=own["accuracy"].mean(),
                deviation=own["accuracy"].std(),
                low=own["accuracy_low"].min(),
                high=own["accuracy_high"].max(),
                loss=own["loss"].mean(),
                calibration_error=own["calibration_error"].mean(),
                train_seconds=own["train_seconds"].mean(),
            )
    return list(rows.values())


def variants_of(planned: list[str]) -> dict[str, list[str]]:
    """The variants of each experiment, in order, from the ids of all planned runs."""
    variants: dict[str, list[str]] = {}
    for run in planned:
        experiment, variant, _ = run.split("/")
        known = variants.setdefault(experiment, [])
        if variant not in known:
            known.append(variant)
    return variants


def experiment_section(
    name: str, config: dict[str, Any], tables: dict[str, pd.DataFrame], rows: list[Row], files: Any
) -> Row:
    """What the template needs of one experiment.

    Args:
        name: of the experiment.
        config: the experiment's.
        tables: runs, histories and classes of the whole study.
        rows: the experiment's rows of :func:`result_rows`.
        files: the rule's inputs.
    """
    runs, history, classes = (
        table[table["experiment"] == name]
        for table in (tables[key] for key in ("runs", "histories", "classes"))
    )
    section: Row = {"name": name, **config, "results": rows, "runs": runs.to_dict("records")}
    if runs.empty:
        return section
    accuracy = "batch_accuracy" if history["batch_accuracy"].notna().any() else "accuracy"
    watched = str(config["splits"]["validation"]).startswith("test")
    other = "test, watched" if watched else "validation"
    columns = {"loss": "training", "val_loss": other}, {accuracy: "training", "val_accuracy": other}
    there = history.dropna(axis="columns", how="all").columns
    colours = {row["variant"]: row["colour"] for row in rows if row["seeds"]}
    loss, accuracies = ({c: s for c, s in each.items() if c in there} for each in columns)
    section.update(
        findings=findings(runs, history, classes, watched),
        changes={
            name: list(changed(change)) for name, change in config.get("variants", {}).items()
        },
        measured=dict.fromkeys(loss.values(), ""),
        measured_names={split: split for split in loss.values()},
        validated=bool(config["splits"]["validation"]),
        watched=watched,
        colours=colours,
        charts=[
            charts.learning_curve(history, loss, colours, "Cross-entropy loss (nats)", True),
            charts.learning_curve(history, accuracies, colours, "Accuracy"),
        ],
        training_curves=f"{Path(files.training_curves[0]).parent}/{name}.svg",
        class_accuracy=f"{files.class_accuracy}/{name}.svg",
        reliability=f"{files.reliability}/{name}.svg",
        mistakes=f"{files.mistakes}/{name}.svg",
        curve_files=[
            (curve, settings, f"{files.curves[0]}/{name}/{curve}.svg")
            for curve, settings in config["curves"].items()
        ],
        illustrations=[
            (Path(folder).name, row["variant"], f"{folder}/{name}/{row['variant']}.svg")
            for folder in files.illustrations
            for row in rows
            if row["seeds"] and config["illustrations"]
            if Path(folder).name in config["illustrations"]["figures"]
        ],
    )
    return section


def templates() -> jinja2.Environment:
    """The templates' folder: everything is escaped, and an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(REPORT_TEMPLATE.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        seconds=seconds,
        image=image,
        words=style.short,
        script_data=script_data,
        first_word=first_word,
    )
    return environment


def render(
    config: dict[str, Any], planned: list[str], tables: dict[str, pd.DataFrame], files: Any
) -> str:
    """The page.

    Args:
        config: the study's config.
        planned: the ids of all runs that the study has, there or not.
        tables: runs, histories, classes and scorecard.
        files: the rule's inputs.
    """
    environment = templates()
    runs = tables["runs"]
    records = {"/".join(Path(f).parts[-4:-1]): read_json(f) for f in files.records}
    claims: list[Row] = tables["scorecard"].fillna("").to_dict("records")  # type: ignore[assignment]
    rows = result_rows(runs, claims, planned, config)
    titles = {name: experiment["title"] for name, experiment in config["experiments"].items()}
    experiment_colours = {name: style.colour(i) for i, name in enumerate(titles)}
    models = {Path(f).parent.name: read_json(f) for f in files.demonstrations if "model" in f}
    outputs = {
        Path(f).parent.name: pd.read_csv(f).to_dict("split")
        for f in files.demonstrations
        if "outputs" in f
    }
    return environment.get_template(REPORT_TEMPLATE.name).render(
        config=config,
        rows=rows,
        runs=[
            {**run, "id": f"{run['experiment']}/{run['variant']}/seed-{run['seed']}"}
            for run in runs.to_dict("records")
        ],
        missing=[run for run in planned if run not in records],
        planned=planned,
        claims=claims,
        verdicts=Counter(
            ("again " if claim["again"] else "") + claim["reproduced"] for claim in claims
        ),
        sections=[
            experiment_section(
                name, experiment, tables, [r for r in rows if r["experiment"] == name], files
            )
            for name, experiment in config["experiments"].items()
        ],
        records=records,
        machines=sorted(set(runs["device_name"])),
        threads=sorted(set(runs["threads"])),
        versions={
            package: sorted({record["versions"][package] for record in records.values()})
            for package in next(iter(records.values()))["versions"]
        },
        hardware=list({str(r["machine"]): r["machine"] for r in records.values()}.values()),
        finished=sorted(record["finished"] for record in records.values()),
        confusion_matrices=files.confusion_matrices,
        comparison=files.comparison,
        comparison_charts=[
            charts.comparison(runs, cost, title, experiment_colours, titles)
            for cost, title in COSTS.items()
        ],
        experiment_colours=experiment_colours,
        titles=titles,
        class_heatmap=files.class_heatmap,
        datasets=[read_json(file) for file in files.datasets],
        data_figures=Path(files.samples[0]).parents[1],
        functions=[Path(file) for file in files.functions],
        illustrated={tuple(Path(f).parts[-3:-1]): read_json(f) for f in files.illustrated},
        demonstrations={
            name: {**models[name], "outputs": outputs[name], **config["demonstrations"][name]}
            for name in models
        },
        css=Markup(REPORT_STYLE.read_text(encoding="utf-8")),
        javascript=javascript(),
    )


if __name__ == "__main__":
    with job(snakemake):
        tables = {
            name: pd.read_csv(snakemake.input[name], dtype={"class": str})
            for name in ("runs", "histories", "classes")
        }
        tables["scorecard"] = pd.read_csv(snakemake.input.scorecard, keep_default_na=False)
        page = render(snakemake.params.config, snakemake.params.planned, tables, snakemake.input)
        write_text(snakemake.output.html, page)
