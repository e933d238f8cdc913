"""The sections of the page: what each says, which template says it, which pictures it shows."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from study.report import charts, environment, frontier, results
from study.report.findings import findings
from study.report.pictures import Figure, Gallery, Names, blocks, is_static, split
from study.report.protocol import protocol, watched
from study.words import spaced

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]

COSTS = {
    "parameter_count": "Parameters",
    "train_seconds": "Training time (s)",
    "images_seen": "Training images seen",
}
"""Columns of the table of runs that the interactive charts hold accuracy against."""


@dataclasses.dataclass(frozen=True)
class Section:
    """One section of the page."""

    id: str
    title: str
    template: str
    data: Row
    """What the template needs, under `section.data`."""
    short: str = ""
    """Its name in the list of contents, if that is not the title."""


def sections(tables: Tables, gallery: Gallery) -> Iterator[Section]:
    """All sections in the order of the page.

    Args:
        tables: by name; see :func:`study.report.page.render`.
        gallery: all pictures. Those of experiments, data sets and building blocks go to their
            sections, and what is left over goes to all runs together.
    """
    names = picture_names(tables)
    claims = results.rows_of(tables["scorecard"])
    runs, variants = tables["runs"], tables["variants"]
    finished = runs[runs["status"] == "finished"]
    own = [
        experiment_section(row, tables, claims, gallery, names)
        for row in results.rows_of(tables["experiments"])
    ]
    blocks_section = building_blocks(tables, claims, gallery, names)
    data = data_section(tables["datasets"], gallery, names)
    yield Section(
        "results",
        "Results",
        "results.html.j2",
        {
            "rows": results.result_rows(variants, claims),
            "metrics": [title for title, _ in results.other_metrics(variants).values()],
            "several": bool((variants["seeds"] > 1).any()),
        },
    )
    anchors = {s.data["name"]: f"claims-{s.data['name']}" for s in own}
    anchors |= {
        d["demonstration"]: f"demonstration-{d['demonstration']}"
        for d in blocks_section.data["demonstrations"]
        if d["demonstration"] not in anchors
    }
    yield Section(
        "scorecard",
        "Reproduction scorecard",
        "scorecard.html.j2",
        {"claims": claims, "anchors": anchors},
        short="Scorecard",
    )
    if (tables["experiments"]["frontier"] != "").any():
        yield Section("frontier", "The frontier", "frontier.html.j2", frontier.content(tables))
    yield from own
    yield together(tables["experiments"], finished, gallery, names)
    if blocks_section.data["demonstrations"] or blocks_section.data["blocks"]:
        yield blocks_section
    yield data
    yield Section("method", "Method", "method.html.j2", {})
    if len(finished):
        yield Section(
            "environment", "Environment", "environment.html.j2", environment.environment(finished)
        )
    yield Section("cost", "Cost of every run", "cost.html.j2", environment.cost(runs))


def picture_names(tables: Tables) -> Names:
    """What captions call experiments, variants and data sets."""
    names = {
        ("experiment", row["experiment"]): row["title"]
        for row in results.rows_of(tables["experiments"])
    }
    for experiment, variants in tables["variants"].groupby("experiment"):
        labels = results.titles(variants)
        names |= {("variant", f"{experiment}/{name}"): label for name, label in labels.items()}
    for row in results.rows_of(tables["datasets"]):
        names["dataset", row["dataset"]] = row["title"]
    return names


def experiment_section(
    row: Row, tables: Tables, claims: list[Row], gallery: Gallery, names: Names
) -> Section:
    """The section of one experiment.

    Args:
        row: of the table of experiments.
        tables, gallery, names: as in :func:`sections`.
        claims: the whole scorecard.
    """
    name = row["experiment"]
    runs, variants, history, classes, layers = (
        table[table["experiment"] == name]
        for table in (tables[k] for k in ("runs", "variants", "histories", "classes", "layers"))
    )
    labels = results.titles(variants)
    known = watched(runs)
    terms, (headings, changes) = protocol(runs)
    there = variants[variants["seeds"] > 0]
    split_names = validation_name([known[v] for v in there["variant"]])
    static, curves = split(gallery.take("curves", experiment=name), is_static)
    data: Row = {
        "name": name,
        "question": row["question"],
        "missing": [labels[v] for v in variants.loc[variants["seeds"] == 0, "variant"]],
        "empty": there.empty,
        "protocol": terms,
        "change_headings": headings,
        "changes": [(labels[variant], values) for variant, values in changes],
        "watched": any(known.values()),
        "by_step": bool(history["batch_accuracy"].notna().any()),
        "validation": split_names if history["val_loss"].notna().any() else "",
        "several": bool((there["seeds"] > 1).any()),
        "labels": labels,
        "static": blocks(static, names),
        "curves": blocks(curves, names),
        "findings": findings(there, history, classes, known, labels),
        "claims": [claim for claim in claims if claim["experiment"] == name],
        "predictions": blocks(gallery.take("predictions", experiment=name), names),
        "runs": blocks(gallery.take("runs", experiment=name), names),
        "layers": layer_tables(layers, labels),
    }
    inside = gallery.take("inside", experiment=name)
    data["inside"] = blocks(inside, names)
    data["inside_titles"] = list(dict.fromkeys(figure.title for figure in inside))
    data |= learning_charts(there, history, split_names, labels)
    return Section(f"experiment-{name}", row["title"], "experiment.html.j2", data)


def validation_name(known: list[bool]) -> str:
    """What validation values of an experiment are measured on."""
    if all(known):
        return "test, watched"
    return "validation or test" if any(known) else "validation"


def learning_charts(
    variants: pd.DataFrame, history: pd.DataFrame, validation: str, labels: dict[str, str]
) -> Row:
    """The interactive charts of an experiment's loss and accuracy, and what their boxes offer."""
    colours = dict(zip(variants["variant"], variants["colour"], strict=True))
    if history.empty:
        return {"charts": [], "colours": colours, "measured": {}}
    history = history.assign(shown=history["batch_accuracy"].fillna(history["accuracy"]))
    columns = (
        {"loss": "training", "val_loss": validation},
        {"shown": "training", "val_accuracy": validation},
    )
    loss, accuracy = (
        {c: s for c, s in each.items() if history[c].notna().any()} for each in columns
    )
    titles = ("Cross-entropy loss (nats)", "Accuracy")
    return {
        "charts": [
            charts.learning_curve(history, each, colours, title, each is loss, labels)
            for each, title in zip((loss, accuracy), titles, strict=True)
            if each
        ],
        "colours": colours,
        "measured": dict.fromkeys([*loss.values(), *accuracy.values()], ""),
    }


def layer_tables(layers: pd.DataFrame, labels: dict[str, str]) -> list[tuple[list[str], list[Row]]]:
    """The layers of each variant; variants with the same layers share a table."""
    columns = [str(c) for c in layers.columns if c not in ("experiment", "variant")]
    tables: dict[tuple[Any, ...], list[str]] = {}
    for variant, own in layers.groupby("variant", sort=False):
        key = tuple(own[columns].itertuples(index=False, name=None))
        tables.setdefault(key, []).append(labels.get(str(variant), spaced(str(variant))))
    return [
        (names, [dict(zip(columns, row, strict=True)) for row in key])
        for key, names in tables.items()
    ]


def together(
    experiments: pd.DataFrame, finished: pd.DataFrame, gallery: Gallery, names: Names
) -> Section:
    """All runs together: the comparison, and the pictures that no other section has taken."""
    colours = dict(zip(experiments["experiment"], experiments["colour"], strict=True))
    titles = dict(zip(experiments["experiment"], experiments["title"], strict=True))
    gallery.take("sweeps")  # they stand on the sweeps' own pages
    static, others = split(gallery.take("comparison") + gallery.take(), is_static)
    without_errors = bool((finished["accuracy"] == 1).any())
    shown = {name: colours[name] for name in colours if name in set(finished["experiment"])}
    return Section(
        "comparison",
        "All runs together",
        "comparison.html.j2",
        {
            "charts": [
                charts.comparison(finished, cost, title, shown, titles)
                for cost, title in COSTS.items()
                if (finished[cost] > 0).any()
            ],
            "colours": shown,
            "titles": titles,
            "without_errors": without_errors,
            "static": blocks(static, names),
            "blocks": blocks(others, names),
        },
    )


def building_blocks(tables: Tables, claims: list[Row], gallery: Gallery, names: Names) -> Section:
    """Figures about parts of networks, and networks that are shown untrained."""
    demonstrations = results.rows_of(tables["demonstrations"])
    layers, outputs = tables["layers"], tables["outputs"]
    for row in demonstrations:
        name = row["demonstration"]
        own = layers[(layers["experiment"] == name) & (layers["variant"] == "")]
        table = outputs[outputs["demonstration"] == name].pivot_table(
            "probability", "example", "class_id"
        )
        row.update(
            layers=results.rows_of(own),
            classes=list(table.columns),
            outputs=[(i, list(line), line.sum()) for i, line in table.iterrows()],
            claims=[claim for claim in claims if claim["experiment"] == name],
            blocks=blocks(gallery.take("blocks", experiment=name), names),
        )
    figures: list[Figure] = gallery.take("blocks")
    data = {"demonstrations": demonstrations, "blocks": blocks(figures, names)}
    return Section("blocks", "Building blocks", "blocks.html.j2", data)


def data_section(datasets: pd.DataFrame, gallery: Gallery, names: Names) -> Section:
    """The data sets with their pictures."""
    rows = results.rows_of(datasets)
    for row in rows:
        row["class_count"] = len(json.loads(row["classes"]))
        row["blocks"] = blocks(gallery.take("data", dataset=row["dataset"]), names)
    data = {"datasets": rows, "blocks": blocks(gallery.take("data"), names)}
    return Section("data", "Data", "data.html.j2", data)
