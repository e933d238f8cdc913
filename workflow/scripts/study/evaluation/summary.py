"""The tables of a study, from the tables of its chunks and the plan of its runs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from study import prepared, tables
from study.evaluation.chunk import DETAILED, layer_rows
from study.evaluation.over_seeds import (
    VARIANT,
    class_means_table,
    reliability_table,
    variants_table,
)
from study.evaluation.settings import cell, flat

Row = dict[str, Any]
Tables = dict[str, pd.DataFrame]

RUN = ["experiment", "variant", "seed"]
TITLES = ("place", "colour", "experiment_title", "variant_title", "tutorial", "question")


def read_chunks(folders: Iterable[str | Path]) -> Tables:
    """The tables of all chunks, one below the other, by name; no chunk gives empty tables."""
    paths = [Path(folder) for folder in folders]
    joined: Tables = {}
    for name in ("runs", "histories", *DETAILED):
        kind = "sweep_runs" if name == "runs" else name
        parts = [tables.read(folder / f"{name}.csv") for folder in paths]
        joined[name] = tables.arrange(stacked(parts), kind)
    # Each chunk has the layers of its variants; the seeds of a variant may be in two chunks.
    joined["layers"] = joined["layers"].drop_duplicates([*VARIANT, "layer"], ignore_index=True)
    return joined


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other; those without rows do not take part."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def runs_table(plan: Sequence[Row], found: pd.DataFrame, datasets: pd.DataFrame) -> pd.DataFrame:
    """One row per planned run, in the order of the plan.

    Args:
        plan: one record per planned run, as the rule gives it.
        found: the finished runs, from the chunks.
        datasets: the table of datasets, which knows their public names.
    """
    public_names = dict(zip(datasets["dataset"], datasets["name"], strict=True))
    results = {tuple(row[key] for key in RUN): row for row in found.to_dict("records")}
    rows = []
    for planned in plan:
        result = results.get(tuple(planned[key] for key in RUN))
        row = _planned_row(planned, public_names)
        known = {k: v for k, v in (result or {}).items() if v == v and v != ""}  # NaN != NaN
        rows.append(row | known | {"status": "finished" if result else "missing"})
    return tables.arrange(pd.DataFrame(rows, columns=None if rows else RUN), "runs")


def _planned_row(planned: Row, public_names: Mapping[str, str]) -> Row:
    shown = planned["illustrations"] or {"figures": [], "maps_per_row": ""}
    return {
        **{key: planned[key] for key in (*RUN, *TITLES, "dataset_title")},
        "export": " ".join(planned["export"]),
        "dataset_name": public_names.get(planned["settings"]["dataset"], ""),
        **flat(planned["settings"]),
        "illustrations": " ".join(shown["figures"]),
        "illustrations.maps_per_row": shown["maps_per_row"],
        **flat(planned["resources"], "resources."),
    }


def experiments_table(plan: Sequence[Row]) -> pd.DataFrame:
    """One row per experiment, in the order of their places."""
    rows = {
        planned["experiment"]: {
            "experiment": planned["experiment"],
            "title": planned["experiment_title"],
            "place": planned["experiment_place"],
            "colour": planned["experiment_colour"],
            **{key: planned[key] for key in ("tutorial", "question", "dataset_title", "tried")},
            "frontier": planned["kind"],
        }
        for planned in reversed(plan)  # so that the first run of an experiment speaks for it
    }
    ordered = sorted(rows.values(), key=_place)
    return tables.arrange(pd.DataFrame(ordered), "experiments")


def _place(row: Row) -> int:
    return int(row["place"])


def in_order(table: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """A table's rows in the order of the table of runs; rows of runs it does not know are left out.

    Rows of one run (or of one variant, if the table has no seeds) keep their order.
    """
    keys = RUN if "seed" in table else VARIANT
    places = {key: place for place, key in enumerate(runs[keys].itertuples(index=False, name=None))}
    own = pd.Series(
        [places.get(key, -1) for key in table[keys].itertuples(index=False, name=None)],
        index=table.index,
        dtype=int,
    )
    return table.loc[own[own >= 0].sort_values(kind="stable").index].reset_index(drop=True)


def layers_table(found: pd.DataFrame, models: Mapping[str, Row]) -> pd.DataFrame:
    """The layers of each variant, then those of each demonstration's model."""
    rows = [
        {"experiment": name, "variant": "", **layer}
        for name, model in models.items()
        for layer in layer_rows(model["layers"])
    ]
    return tables.arrange(stacked([found, pd.DataFrame(rows)]), "layers")


def datasets_table(datasets: Sequence[prepared.Dataset], titles: Mapping[str, str]) -> pd.DataFrame:
    """One row per dataset.

    Args:
        datasets: as prepared.
        titles: each dataset's title, by its name in the config.
    """
    rows = []
    for dataset in datasets:
        about = dataset.about
        origin = about["origin"]
        images = dataset.arrays["train_images"]
        rows.append(
            {
                "dataset": about["name"],
                "title": titles.get(about["name"], about["name"]),
                "name": about["public_name"],
                **{key: origin.get(key) or "" for key in ("source", "order", "homepage")},
                **{part: about["examples"][part] for part in ("train", "test")},
                "input_shape": str(cell(about["input_shape"])),
                "pixel_lowest": int(images.min()),
                "pixel_highest": int(images.max()),
                **class_sizes(dataset),
                "classes": json.dumps(about["class_names"], ensure_ascii=False),
                "fingerprint": about["fingerprint"],
            }
        )
    return tables.arrange(pd.DataFrame(rows), "datasets")


def class_sizes(dataset: prepared.Dataset) -> dict[str, int]:
    """Examples of the rarest and of the commonest class of each split."""
    sizes = {}
    for part in ("train", "test"):
        classes = len(dataset.class_names)
        counts = np.bincount(dataset.arrays[f"{part}_labels"], minlength=classes)
        sizes[f"{part}_rarest_class"] = int(counts.min())
        sizes[f"{part}_commonest_class"] = int(counts.max())
    return sizes


def exports_table(exports: Sequence[tuple[Row, Row]]) -> pd.DataFrame:
    """One row per export.

    Args:
        exports: of each, the run and the scores that its job has written.
    """
    rows = [{**run, **score} for run, score in exports]
    return tables.arrange(pd.DataFrame(rows), "exports")


def demonstrations_table(planned: Sequence[Row], models: Mapping[str, Row]) -> pd.DataFrame:
    """One row per demonstration: how the config describes it, and its model's size."""
    rows = [
        {
            **entry,
            "input_shape": str(cell(entry["input_shape"])),
            "parameter_count": models[entry["demonstration"]]["parameter_count"],
        }
        for entry in planned
        if entry["demonstration"] in models
    ]
    return tables.arrange(pd.DataFrame(rows), "demonstrations")


def outputs_table(outputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per output of a demonstration.

    Args:
        outputs: `outputs.csv` of each demonstration by its name: `example`, `class_0`, ...
    """
    parts = []
    for name, wide in outputs.items():
        classes = [column for column in wide.columns if column.startswith("class_")]
        tidy = wide.melt(["example"], classes, "class_id", "probability")
        tidy["class_id"] = tidy["class_id"].str.removeprefix("class_").astype(int)
        tidy.insert(0, "demonstration", name)
        parts.append(tidy.sort_values(["example", "class_id"], ignore_index=True))
    return tables.arrange(stacked(parts), "outputs")


def curves_table(curves: Sequence[Row]) -> pd.DataFrame:
    """One row per figure of one column of the histories that the config asks for."""
    return tables.arrange(pd.DataFrame(curves), "curves")


def summarise(
    chunks: Tables,
    plan: Sequence[Row],
    *,
    datasets: pd.DataFrame,
    curves: Sequence[Row] = (),
    known: Sequence[Row] = (),
    robustness: pd.DataFrame | None = None,
    exports: pd.DataFrame | None = None,
    demonstrations: Sequence[Row] = (),
    models: Mapping[str, Row] | None = None,
    outputs: Mapping[str, pd.DataFrame] | None = None,
) -> Tables:
    """All tables of a study but the scorecard, by name.

    Args:
        chunks: of :func:`read_chunks`.
        plan, curves, known, demonstrations: the parameters of the rule.
        datasets: of :func:`datasets_table`.
        robustness: of all experiments that have it.
        exports: of :func:`exports_table`.
        models, outputs: `model.json` and `outputs.csv` of each demonstration, by its name.
    """
    models, outputs = models or {}, outputs or {}
    runs = runs_table(plan, chunks["runs"], datasets)
    own = {name: in_order(table, runs) for name, table in chunks.items() if name != "runs"}
    return {
        "runs": runs,
        "variants": variants_table(runs),
        "experiments": experiments_table(plan),
        **own,
        "class_means": in_order(class_means_table(own["classes"]), runs),
        "reliability": in_order(reliability_table(own["calibration"]), runs),
        "layers": layers_table(own["layers"], models),
        "robustness": tables.arrange(
            pd.DataFrame() if robustness is None else robustness, "robustness"
        ),
        "exports": tables.arrange(pd.DataFrame() if exports is None else exports, "exports"),
        "curves": curves_table(curves),
        "known": tables.arrange(pd.DataFrame(known), "known"),
        "datasets": datasets,
        "demonstrations": demonstrations_table(demonstrations, models),
        "outputs": outputs_table(outputs),
    }
