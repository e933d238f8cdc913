"""The sections of the page: what each says, which template says it, which pictures it shows."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from study.report import charts, environment, experiment, exports, frontier, results, scorecard
from study.report.environment import Made
from study.report.pictures import Figure, Gallery, Names, blocks, is_static, split
from study.report.teaching import Lessons, idea

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


def sections(
    tables: Tables, gallery: Gallery, made: Made, lessons: Lessons, code: Mapping[str, str]
) -> Iterator[Section]:
    """All sections in the order of the page.

    Args:
        tables, lessons, code: see :func:`study.report.page.render`.
        gallery: all pictures. Those of experiments, datasets and building blocks go to their
            sections, and what is left over goes to all runs together.
        made: where the page comes from.
    """
    names = picture_names(tables)
    claims = results.rows_of(tables["scorecard"])
    runs, variants = tables["runs"], tables["variants"]
    finished = runs[runs["status"] == "finished"]
    own = [
        Section(
            f"experiment-{row['experiment']}",
            row["title"],
            "experiment.html.j2",
            experiment.content(row, tables, claims, gallery, names, lessons, code),
        )
        for row in results.rows_of(tables["experiments"])
    ]
    blocks_section = building_blocks(tables, claims, gallery, names, lessons)
    data = data_section(tables["datasets"], gallery, names)
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
        {
            **scorecard.content(claims),
            "tutorials": lessons["tutorials"] if claims else {},
            "anchors": anchors,
            "blocks": blocks(gallery.take("scorecard"), names),
        },
        short="Scorecard",
    )
    if blocks_section.data["demonstrations"] or blocks_section.data["blocks"]:
        yield blocks_section
    yield from own
    yield Section(
        "results",
        "Results",
        "results.html.j2",
        {
            "rows": results.result_rows(variants, claims),
            "metrics": [title for title, _ in results.other_metrics(variants).values()],
            "several": bool((variants["seeds"] > 1).any()),
            "last_ten": bool(variants["last_ten_test_accuracy"].notna().any()),
        },
    )
    yield together(tables, finished, gallery, names)
    if (tables["experiments"]["frontier"] != "").any():
        yield Section("frontier", "The frontier", "frontier.html.j2", frontier.content(tables))
    yield data
    if len(tables["exports"]):
        rows = exports.rows(tables["exports"], names)
        several = any(row["seeds"] > 1 for row in rows)
        found = {"rows": rows, "several": several}
        yield Section("exports", "Exported models", "exports.html.j2", found)
    yield Section(
        "method",
        "Method",
        "method.html.j2",
        {
            "several": bool((variants["seeds"] > 1).any()),
            "binomial": any("binomial" in str(claim["basis"]) for claim in claims),
        },
    )
    yield Section("cost", "Cost of every run", "cost.html.j2", environment.cost(runs))
    if len(finished):
        told = environment.environment(finished, tables, made)
        yield Section("environment", "Environment", "environment.html.j2", told)


def picture_names(tables: Tables) -> Names:
    """What captions call experiments, variants and datasets."""
    names = {
        ("experiment", row["experiment"]): row["title"]
        for row in results.rows_of(tables["experiments"])
    }
    for name, variants in tables["variants"].groupby("experiment"):
        labels = results.titles(variants)
        names |= {("variant", f"{name}/{variant}"): label for variant, label in labels.items()}
    for row in results.rows_of(tables["datasets"]):
        names["dataset", row["dataset"]] = row["title"]
    return names


def together(tables: Tables, finished: pd.DataFrame, gallery: Gallery, names: Names) -> Section:
    """All runs together: the comparison, and the pictures that no other section has taken."""
    experiments = tables["experiments"]
    spread = results.rows_of(tables["spread"])
    for row in spread:
        row["title"] = names["variant", f"{row['experiment']}/{row['variant']}"]
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
            "spread": spread,
            "robustness": results.robustness(tables["robustness"], names),
        },
    )


def building_blocks(
    tables: Tables, claims: list[Row], gallery: Gallery, names: Names, lessons: Lessons
) -> Section:
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
            sums_to_one=bool((table.sum(axis=1) - 1).abs().max() < 1e-4),
            claims=[claim for claim in claims if claim["experiment"] == name],
            blocks=blocks(gallery.take("blocks", experiment=name), names),
        )
    figures: list[Figure] = gallery.take("blocks")
    data = {
        "demonstrations": demonstrations,
        "blocks": blocks(figures, names),
        "lesson": idea(lessons["blocks"]),
    }
    return Section("blocks", "Building blocks", "blocks.html.j2", data)


def data_section(datasets: pd.DataFrame, gallery: Gallery, names: Names) -> Section:
    """The datasets with their pictures."""
    rows = results.rows_of(datasets)
    for row in rows:
        row["class_count"] = len(json.loads(row["classes"]))
        row["blocks"] = blocks(gallery.take("data", dataset=row["dataset"]), names)
    data = {"datasets": rows, "blocks": blocks(gallery.take("data"), names)}
    return Section("data", "Data", "data.html.j2", data)
