"""Fetch a data set of TensorFlow Datasets, from its public host or from a folder of files.

TensorFlow Datasets knows each file's address and checksum, retries downloads, and reads the files'
format. What comes out is plain arrays, so nothing after this stage needs it.
"""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import requests

from study.datasets import save_arrays
from study.errors import StudyError
from study.files import write_json
from study.jobs import job, logger

if TYPE_CHECKING:
    from snakemake.script import snakemake

DATA_DIR = "SOFTMAX2CNN_DATA_DIR"

RETRIES = 4
"""How often a download is tried again; the pauses double from 0.2 s.

TensorFlow Datasets' own ten take four minutes to say that there is no network.
"""


def fetch(
    name: str, order: str, data_dir: Path | None, scratch: Path
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Fetch and decode one data set.

    Args:
        name: the name that TensorFlow Datasets has for it, for instance `mnist`.
        order: `source` for the examples as the data set's files have them, `tfds` for the fixed
            shuffled order in which TensorFlow Datasets stores them.
        data_dir: a folder with a folder `name` that holds the data set's files as the public host
            serves them; None, or without that folder, they are downloaded.
        scratch: an empty folder for downloads.

    Returns:
        The arrays (see :class:`study.datasets.Dataset`), and what is known of their origin.

    Raises:
        StudyError: if the name is unknown, the files cannot be had, or one of them is not as
            published.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.download import downloader

    downloader.MAX_RETRIES = RETRIES
    tfds.disable_progress_bar()
    try:
        builder = tfds.builder(name, data_dir=scratch / "prepared")
    except tfds.core.DatasetNotFoundError as error:
        raise StudyError(
            f"TensorFlow Datasets has no data set {name!r}; see its catalogue for the names"
        ) from error
    # In the order of the files: the setting with which a builder says "do not shuffle".
    builder.info.as_proto.disable_shuffling = order == "source"
    manual = data_dir / name if data_dir and (data_dir / name).is_dir() else None
    config = tfds.download.DownloadConfig(manual_dir=manual)
    logger.info("fetching %s from %s", name, manual or "its public host")
    try:
        builder.download_and_prepare(download_dir=scratch / "downloads", download_config=config)
    except Exception as error:
        raise StudyError(_explain(name, manual, data_dir, error)) from error
    arrays: dict[str, npt.NDArray[Any]] = {}
    features = builder.info.features
    if features is None or not {"image", "label"} <= set(features):
        raise StudyError(f"{name} is not an image classification data set of TensorFlow Datasets")
    for split in ("train", "test"):
        if split not in builder.info.splits:
            raise StudyError(f"{name} has no split {split!r} (it has {list(builder.info.splits)})")
        try:
            examples = tfds.as_numpy(builder.as_dataset(split=split, batch_size=-1))
        except Exception as error:
            raise StudyError(
                f"the images of {name} cannot be put into one array ({type(error).__name__}); "
                "only data sets whose images all have one shape can be used"
            ) from error
        arrays[f"{split}_images"] = examples["image"]
        arrays[f"{split}_labels"] = examples["label"].astype(np.int32)
    about = {
        "source": "tfds",
        "name": name,
        "version": str(builder.version),
        "order": order,
        "from": "a folder of files" if manual else "the public host",
        "homepage": builder.info.homepage,
        "class_names": list(features["label"].names),
    }
    return arrays, about


def _explain(name: str, manual: Path | None, data_dir: Path | None, error: Exception) -> str:
    """One message for whatever went wrong while the files were fetched."""
    kind = type(error).__name__
    remedy = (
        f"Without a network, put the data set's files as published into a folder named {name}, "
        f"and name the folder above it as data_dir in the config or in {DATA_DIR}."
    )
    if kind == "NonMatchingChecksumError":
        where = f"in {manual}" if manual else "that was downloaded"
        return (
            f"{name}: a file {where} is not the published one: {_first_line(error)}\n"
            "Nothing of it was kept. Replace the file by a fresh copy, or remove it to download it."
        )
    if isinstance(error, requests.RequestException) or kind == "DownloadError":
        looked = f"they are not all in {data_dir}, and " if data_dir else ""
        request = getattr(error, "request", None)
        detail = f"{kind}, {request.url}" if request is not None else _first_line(error)
        return f"{name}: {looked}its files cannot be downloaded ({detail})\n{remedy}"
    return f"{name}: its files cannot be read: {kind}: {_first_line(error)}\n{remedy}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300]


if __name__ == "__main__":
    with job(snakemake):
        folder = os.environ.get(DATA_DIR)
        out = snakemake.output
        with tempfile.TemporaryDirectory(dir=Path(out.examples).parent) as scratch:
            arrays, about = fetch(
                snakemake.params.name,
                snakemake.params.order,
                Path(folder) if folder else None,
                Path(scratch),
            )
        save_arrays(out.examples, arrays)
        write_json(out.about, about)
