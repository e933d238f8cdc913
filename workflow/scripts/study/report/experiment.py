"""The section of one experiment."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from study.claims.kinds import COLUMNS
from study.claims.published import published_curve
from study.report import charts, results
from study.report.findings import findings
from study.report.pictures import Figure, Gallery, Names, blocks, is_static, split
from study.report.protocol import dataset_orders, protocol, watched
from study.report.teaching import Lessons, lesson, shown_code
from study.words import spaced

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]


def content(
    row: Row,
    tables: Tables,
    claims: list[Row],
    gallery: Gallery,
    names: Names,
    lessons: Lessons,
    code: Mapping[str, str],
) -> Row:
    """What the template of an experiment's section needs.

    Args:
        row: of the table of experiments.
        tables, gallery, names, lessons, code: as in :func:`study.report.sections.sections`.
        claims: the whole scorecard.
    """
    name = row["experiment"]
    runs, variants, history, classes, layers = (
        table[table["experiment"] == name]
        for table in (tables[k] for k in ("runs", "variants", "histories", "classes", "layers"))
    )
    labels = results.titles(variants)
    known = watched(runs)
    terms, (headings, changes) = protocol(runs, dataset_orders(tables["datasets"]))
    there = variants[variants["seeds"] > 0]
    split_names = validation_name([known[v] for v in there["variant"]])
    static, curves = split(gallery.take("curves", experiment=name), is_static)
    of_runs = gallery.take("runs", experiment=name)
    in_the_open: list[Figure] = []
    if len(labels) == 1:  # what there is of one variant is not too much to show
        in_the_open, of_runs = of_runs, []
    data: Row = {
        "name": name,
        "question": row["question"],
        "lesson": lesson(lessons, name, row["tutorial"]),
        "code": [
            (spaced(model), shown_code(code[model]))
            for model in dict.fromkeys(variants["model"])
            if model in code
        ],
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
        "findings": findings(there, history, classes, own_pairs(tables, name), known, labels),
        "claims": [claim for claim in claims if claim["experiment"] == name],
        "predictions": blocks(gallery.take("predictions", experiment=name) + in_the_open, names),
        "runs": blocks(of_runs, names),
        "layers": layer_tables(layers, labels),
    }
    inside = gallery.take("inside", experiment=name)
    data["inside"] = blocks(inside, names)
    data["inside_titles"] = list(dict.fromkeys(figure.title for figure in inside))
    published = {
        (variant, column): values
        for variant in there["variant"]
        for column in COLUMNS
        if len(values := published_curve(tables["scorecard"], name, variant, column))
    }
    data["published"] = bool(published) and not data["by_step"]
    data |= learning_charts(there, history, split_names, labels, published)
    return data


def own_pairs(tables: Tables, experiment: str) -> pd.DataFrame:
    """The comparisons of an experiment's variants with each other."""
    pairs = tables["comparisons"]
    is_own = (pairs["experiment"] == experiment) & (pairs["other_experiment"] == experiment)
    return pairs[is_own]


def validation_name(known: list[bool]) -> str:
    """What validation values of an experiment are measured on."""
    if all(known):
        return "test, watched"
    return "validation or test" if any(known) else "validation"


def learning_charts(
    variants: pd.DataFrame,
    history: pd.DataFrame,
    validation: str,
    labels: dict[str, str],
    published: Mapping[tuple[str, str], "pd.Series[float]"],
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
            charts.learning_curve(
                history, each, colours, title, each is loss, labels, _of_columns(published, each)
            )
            for each, title in zip((loss, accuracy), titles, strict=True)
            if each
        ],
        "colours": colours,
        "measured": dict.fromkeys([*loss.values(), *accuracy.values()], ""),
    }


def _of_columns(
    published: Mapping[tuple[str, str], "pd.Series[float]"], columns: Mapping[str, str]
) -> dict[tuple[str, str], "pd.Series[float]"]:
    """The published values of a chart's columns, under the names that the chart has for them."""
    names = {"shown": "accuracy"}
    return {
        (variant, column): values
        for column in columns
        for (variant, of), values in published.items()
        if names.get(column, column) == of
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
