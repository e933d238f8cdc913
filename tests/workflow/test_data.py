"""Fetching: the real files, and everything that can be wrong with them."""

import csv
import gzip
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from conftest import Checkout

NO_NETWORK = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
PUBLISHED_ACCURACY = 0.9092


def fetch(checkout: Checkout, folder: Path | None, **environment: str) -> tuple[int, str]:
    environment["SOFTMAX2CNN_DATA_DIR"] = str(folder) if folder else ""
    target = "results/published/fetched/mnist/examples.npz"
    done = checkout.snakemake("--cores", "1", "--", target, **environment)
    return done.returncode, done.stdout


@pytest.fixture
def copy(data_dir: Path, tmp_path: Path) -> Path:
    """A folder of MNIST's files that a test may spoil."""
    shutil.copytree(data_dir / "mnist", tmp_path / "files" / "mnist")
    for file in (tmp_path / "files" / "mnist").iterdir():
        file.chmod(0o644)
    return tmp_path / "files"


def assert_clean(checkout: Checkout) -> None:
    folder = checkout.path / "results" / "published" / "fetched" / "mnist"
    assert not folder.exists() or list(folder.iterdir()) == []


def spoil_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


SPOILED = {
    "flipped bit": spoil_byte,
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "empty": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_file_that_is_not_the_published_one(how: str, copy: Path, checkout: Checkout) -> None:
    SPOILED[how](copy / "mnist" / "t10k-images-idx3-ubyte.gz")
    code, output = fetch(checkout, copy, **NO_NETWORK)
    assert code != 0
    assert "is not the published one" in output
    assert "t10k-images-idx3-ubyte.gz" in output
    assert "Traceback" not in output
    assert_clean(checkout)


def test_a_missing_file_without_a_network(copy: Path, checkout: Checkout) -> None:
    (copy / "mnist" / "train-labels-idx1-ubyte.gz").unlink()
    code, output = fetch(checkout, copy, **NO_NETWORK)
    assert code != 0
    assert "cannot be downloaded" in output
    assert "SOFTMAX2CNN_DATA_DIR" in output
    assert_clean(checkout)


def test_no_files_and_no_network(checkout: Checkout) -> None:
    code, output = fetch(checkout, None, **NO_NETWORK)
    assert code != 0
    assert "put the dataset's files as published into a folder named mnist" in output
    assert "Traceback" not in output
    assert_clean(checkout)


def idx(file: Path, header: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=header)


def test_softmax_regression_on_the_real_mnist(data_dir: Path, checkout: Checkout) -> None:
    """From the published files to the published accuracy, in both orders of the examples."""
    run = "results/published/runs/softmax_regression/default/seed-0"
    shuffled = "results/published/data/mnist_shuffled/dataset.json"
    evaluated = "results/published/evaluation/softmax_regression/0"
    done = checkout.snakemake(
        "--cores", "2", "--", f"{run}/run.json", evaluated, shuffled,
        SOFTMAX2CNN_DATA_DIR=str(data_dir), **NO_NETWORK,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    folder = checkout.path / "results" / "published" / "data"
    stored = np.load(folder / "mnist" / "examples.npz")
    for split, prefix, count in (("train", "train", 60000), ("test", "t10k", 10000)):
        images = idx(data_dir / "mnist" / f"{prefix}-images-idx3-ubyte.gz", 16)
        labels = idx(data_dir / "mnist" / f"{prefix}-labels-idx1-ubyte.gz", 8)
        assert (stored[f"{split}_images"] == images.reshape(count, 28, 28, 1)).all()
        assert (stored[f"{split}_labels"] == labels).all()
    other = np.load(folder / "mnist_shuffled" / "examples.npz")
    # The first labels of `train` as TensorFlow Datasets orders it.
    assert other["train_labels"][:10].tolist() == [4, 1, 0, 7, 8, 1, 2, 7, 1, 6]
    for split in ("train", "test"):
        assert digest(other, split) == digest(stored, split)
    with (checkout.path / evaluated / "runs.csv").open(newline="") as file:
        accuracy = float(next(csv.DictReader(file))["accuracy"])
    tolerance = 1.96 * (2 * PUBLISHED_ACCURACY * (1 - PUBLISHED_ACCURACY) / 10000) ** 0.5
    assert accuracy == pytest.approx(PUBLISHED_ACCURACY, abs=tolerance)


def digest(arrays: Mapping[str, np.ndarray], split: str) -> str:
    """A hash of a split's images with their labels, whatever their order."""
    examples = zip(arrays[f"{split}_images"], arrays[f"{split}_labels"], strict=True)
    rows = sorted(hashlib.sha256(i.tobytes() + n.tobytes()).digest() for i, n in examples)
    return hashlib.sha256(b"".join(rows)).hexdigest()
