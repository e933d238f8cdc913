"""The page of a sweep: its figure, what each value of each axis does, and its variants."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from study import tables
from study.report.page import environment
from study.report.pictures import Gallery, blocks
from study.report.results import own_seconds, rows_of
from study.words import spaced

MOST_VARIANTS = 200
"""A page lists no more variants than this, spread evenly over the grid."""

Row = dict[str, Any]


def values_of(variants: pd.DataFrame, axis: str) -> list[Row]:
    """For each value of an axis, how many variants have it, and their accuracies."""
    rows = []
    groups = dict(iter(variants.groupby(axis, sort=False, dropna=False)))
    for value in tables.in_order(groups):
        own = groups[value]
        accuracy = own["accuracy"]
        rows.append(
            {
                "value": value,
                "variants": len(own),
                "mean": accuracy.mean(),
                "low": accuracy.quantile(0.1),
                "high": accuracy.quantile(0.9),
                "deviation": own["accuracy_deviation"].mean(),
            }
        )
    return rows


def listed(variants: pd.DataFrame) -> list[Row]:
    """The variants that the page lists."""
    step = max(1, -(-len(variants) // MOST_VARIANTS))
    return rows_of(variants.iloc[::step])


def render(
    name: str,
    title: str,
    question: str,
    runs: pd.DataFrame,
    variants: pd.DataFrame,
    missing: Sequence[str],
    datasets: Sequence[Row],
    dataset_titles: Mapping[str, str],
    figure: str | Path,
) -> str:
    """The page as HTML.

    Args:
        name: of the sweep.
        title, question: of the sweep; the question may be empty.
        runs: its finished runs, with the columns of the table of runs.
        variants: one row per variant; see :func:`study.tables.axes`.
        missing: ids of the runs that are planned and not there.
        datasets: the datasets' `dataset.json`.
        dataset_titles: by name of the dataset.
        figure: the folder of the sweeps' figure; shown are its pictures of this sweep.
    """
    axes = tables.axes(variants)
    titles = [dataset_titles.get(about["name"], spaced(about["name"])) for about in datasets]
    pictures = Gallery([figure]).take(sweep=name)
    return (
        environment()
        .get_template("sweep.html.j2")
        .render(
            name=name,
            title=title,
            question=question,
            axes={axis: spaced(axis.rpartition(".")[2]) for axis in axes},
            values={axis: values_of(variants, axis) for axis in axes},
            variants=listed(variants),
            variant_count=len(variants),
            run_count=len(runs),
            models=sorted(set(runs["model"])),
            datasets=titles,
            missing=missing,
            train_seconds=own_seconds(runs),
            devices=sorted(set(runs["device_name"])),
            threads=sorted(set(runs["threads"].dropna().astype(int))),
            finished=sorted(runs["finished"]),
            blocks=blocks(pictures, {}),
        )
    )
