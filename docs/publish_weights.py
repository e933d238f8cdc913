"""Copy the weights of the study `ready` into workflow/weights/: what `make weights` does.

Each model is read again from its file and scored on the test split with the weights that it has
there, float16; that accuracy is in the index.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from study import config as study_config  # noqa: E402
from study import prepared, stored_models  # noqa: E402
from study.config.plan import Plan, Run  # noqa: E402
from study.files import hash_of, read_json, write_json  # noqa: E402
from study.fingerprints import of_training  # noqa: E402
from study.prediction import weights  # noqa: E402
from study.prediction.classifiers import (  # noqa: E402
    Classifier,
    first_of_each_class,
    probabilities,
)
from study.training import backend  # noqa: E402

SAMPLES = 2
"""So many test images of each class are published."""

LARGEST = 250_000
"""A model whose weights have more bytes stays in the study: it is for the drawing page only."""

LIMIT = 1_000_000
"""All files together have no more bytes than this."""


def main() -> None:
    """Write the files and their index beside the present ones, and put them in their place."""
    plan = study_config.load([ROOT / "config" / "ready.yaml"])
    results = ROOT / "results" / plan.name
    backend.start("cpu", os.cpu_count() or 1)
    with tempfile.TemporaryDirectory(dir=weights.FOLDER.parent) as scratch:
        folder = Path(scratch, "weights")
        folder.mkdir()
        entries = [entry for run in plan.reported if (entry := publish(plan, run, results, folder))]
        write_json(folder / weights.INDEX, entries)
        size = sum(file.stat().st_size for file in folder.iterdir())
        if size > LIMIT:
            sys.exit(
                f"{size:,} bytes are more than {LIMIT:,}: leave a model of config/ready.yaml out"
            )
        shutil.rmtree(weights.FOLDER)
        folder.rename(weights.FOLDER)


def publish(plan: Plan, run: Run, results: Path, folder: Path) -> weights.Row | None:
    """Write the weights of a run into a folder.

    Returns:
        Its entry of the index; None if its weights are too large.
    """
    if read_json(results / "runs" / run.id / "run.json")["code_fingerprint"] != of_training(
        run.settings
    ):
        sys.exit(f"{run.id} was trained by other code than this; run config/ready.yaml first")
    name = run.settings["dataset"]
    data = results / "data" / name
    dataset = prepared.load(data / "examples.npz", data / "dataset.json")
    file = folder / f"{run.experiment}-{run.variant}.npz"
    folder_of_run = results / "runs" / run.id
    classes = len(dataset.class_names)
    weights.save(stored_models.load(folder_of_run, dataset.input_shape, classes), file)
    if file.stat().st_size > LARGEST:
        print(f"{run.id}: {file.stat().st_size:,} bytes, left out")
        file.unlink()
        return None
    samples = folder / f"{run.experiment}-samples.npz"
    weights.save_samples(samples, *first_of_each_class(*dataset.part("test"), SAMPLES))
    entry = {
        "name": f"{run.experiment}/{run.variant}",
        "title": run.variant_title or run.variant,
        "dataset_title": plan.datasets[name]["title"],
        "class_names": dataset.class_names,
        "input_shape": list(dataset.input_shape),
        "pictures": plan.datasets[name]["pictures"],
        "model": run.settings["model"],
        "parameters": run.settings["parameters"],
        "data_fingerprint": dataset.about["fingerprint"],
        "file": file.name,
        "sha256": hash_of(file),
        "samples": samples.name,
        "samples_sha256": hash_of(samples),
    }
    entry["accuracy"] = accuracy(entry, dataset, folder)
    print(f"{entry['name']}: {entry['accuracy']:.4f}, {file.stat().st_size:,} bytes")
    return entry


def accuracy(entry: weights.Row, dataset: prepared.Dataset, folder: Path) -> float:
    """The fraction of test images that the published weights classify correctly."""
    images, labels = dataset.part("test")
    classifier = Classifier(
        entry["name"], entry["title"], entry["dataset_title"], entry["class_names"],
        dataset.input_shape, entry["pictures"], np.nan, lambda: weights.load(entry, folder),
        lambda: weights.samples(entry, folder),
    )  # fmt: skip
    return float((probabilities(classifier, images).argmax(axis=1) == labels).mean())


if __name__ == "__main__":
    main()
