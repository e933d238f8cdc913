"""Compare variants on the same test images, and say what seeds change."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from study import prepared, tables
from study.evaluation import comparisons, predictions
from study.files import read_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def tested(
    records: Sequence[str], predicted: Sequence[str], datasets: dict[str, prepared.Dataset]
) -> tuple[list[comparisons.VariantRuns], dict[str, comparisons.Place]]:
    """The variants of runs, and where each set of test images is found first.

    Args:
        records, predicted: each run's `run.json` and `predictions.npz`, in the same order.
        datasets: by name.
    """
    orders: dict[comparisons.Place, tuple[str, Any]] = {}
    places: dict[str, comparisons.Place] = {}
    found: dict[tuple[str, str, str], list[Any]] = {}
    for record_file, predictions_file in zip(records, predicted, strict=True):
        record = read_json(record_file)
        where = record["settings"]["dataset"], record["settings"]["splits"]["test"]
        dataset = datasets[where[0]]
        if where not in orders:
            orders[where] = comparisons.image_order(*dataset.part(where[1]))
        images, order = orders[where]
        places.setdefault(images, where)
        correct = predictions.load(predictions_file, len(dataset.class_names)).correct[order]
        key = record["experiment"], record["variant"], images
        found.setdefault(key, []).append(correct)
    return [comparisons.VariantRuns(*key, np.stack(runs)) for key, runs in found.items()], places


if __name__ == "__main__":
    with job(snakemake):
        read = [
            prepared.load(*files)
            for files in zip(snakemake.input.examples, snakemake.input.about, strict=True)
        ]
        datasets = {dataset.about["name"]: dataset for dataset in read}
        variants, places = tested(snakemake.input.records, snakemake.input.predictions, datasets)
        titles = comparisons.titles_of(places, snakemake.params.dataset_titles)
        tables.write(comparisons.compare(variants, titles), snakemake.output.comparisons)
        tables.write(comparisons.spread(variants), snakemake.output.spread)
