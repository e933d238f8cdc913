"""Put a sweep's figure and tables into one HTML page that needs nothing beside itself."""

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from report import templates
from study import style
from study.files import read_json, write_text
from study.jobs import job
from study.sources import REPORT_STYLE, SWEEP_TEMPLATE

if TYPE_CHECKING:
    from snakemake.script import snakemake

MOST_VARIANTS = 200
"""A page lists no more variants than this, spread evenly over the grid."""

Row = dict[str, Any]


def values_of(variants: pd.DataFrame, axis: str) -> list[Row]:
    """A row a value of an axis: how many variants have it, and their accuracies."""
    rows = []
    for value, own in variants.groupby(axis, sort=True):
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
    step = -(-len(variants) // MOST_VARIANTS)
    return variants.iloc[::step].to_dict("records")  # type: ignore[return-value]


def render(
    name: str,
    experiment: Row,
    runs: pd.DataFrame,
    variants: pd.DataFrame,
    missing: list[str],
    files: Any,
) -> str:
    """The page.

    Args:
        name: of the sweep.
        experiment: its config.
        runs: a row a run.
        variants: a row a variant; see `summarise_sweep.py`.
        missing: ids of the runs that are planned and not there.
        files: the rule's inputs.
    """
    axes = list(experiment["grid"])
    return (
        templates()
        .get_template(SWEEP_TEMPLATE.name)
        .render(
            name=name,
            experiment=experiment,
            axes={axis: style.short(axis.rpartition(".")[2]) for axis in axes},
            values={axis: values_of(variants, axis) for axis in axes},
            variants=listed(variants),
            variant_count=len(variants),
            run_count=len(runs),
            missing=missing,
            train_seconds=float(runs["train_seconds"].sum()),
            devices=sorted(set(runs["device_name"])),
            threads=sorted(set(runs["threads"])),
            finished=sorted(runs["finished"]),
            datasets=[read_json(file) for file in files.datasets],
            figure=files.figure,
            css=Markup(REPORT_STYLE.read_text(encoding="utf-8")),
        )
    )


if __name__ == "__main__":
    with job(snakemake):
        runs, variants = (pd.read_csv(snakemake.input[name]) for name in ("runs", "variants"))
        page = render(
            snakemake.wildcards.sweep,
            snakemake.params.experiment,
            runs,
            variants,
            snakemake.params.missing,
            snakemake.input,
        )
        write_text(snakemake.output.html, page)
