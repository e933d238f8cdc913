"""Prepared data is what was prepared: nothing else is trained on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from study import prepared
from study.errors import StudyError


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A prepared dataset of five images and three."""
    generator = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for split, count in (("train", 5), ("test", 3)):
        arrays[f"{split}_images"] = generator.integers(0, 256, (count, 4, 4, 1)).astype(np.uint8)
        arrays[f"{split}_labels"] = np.arange(count, dtype=np.int32)
    about = {"name": "noise", "input_shape": [4, 4, 1], "class_names": list("abcde")}
    about["fingerprint"] = prepared.fingerprint(arrays)
    prepared.save(tmp_path / "examples.npz", tmp_path / "dataset.json", arrays, about)
    return tmp_path / "examples.npz", tmp_path / "dataset.json"


def test_what_is_loaded_is_what_was_saved(files: tuple[Path, Path]) -> None:
    dataset = prepared.load(*files)
    assert prepared.fingerprint(dataset.arrays) == dataset.about["fingerprint"]
    assert dataset.arrays["train_labels"].tolist() == [0, 1, 2, 3, 4]


def test_put_in_another_order_each_image_keeps_its_label() -> None:
    arrays = {
        "train_images": np.array([10, 11, 12], np.uint8).reshape(3, 1, 1, 1),
        "train_labels": np.array([0, 1, 2], np.int32),
        "test_images": np.array([20, 21, 22], np.uint8).reshape(3, 1, 1, 1),
        "test_labels": np.array([3, 4, 5], np.int32),
    }
    order = {"train": np.array([2, 0, 1], np.int32), "test": np.array([0, 2, 1], np.int32)}
    found = prepared.put_in_order(arrays, order)
    assert {name: array.ravel().tolist() for name, array in found.items()} == {
        "train_images": [12, 10, 11],
        "train_labels": [2, 0, 1],
        "test_images": [20, 22, 21],
        "test_labels": [3, 5, 4],
    }


@pytest.mark.parametrize("name", prepared.ARRAYS)
def test_examples_or_labels_in_another_order_are_refused(
    files: tuple[Path, Path], name: str
) -> None:
    arrays = dict(prepared.load(*files).arrays)
    arrays[name] = arrays[name][::-1]
    prepared.save_arrays(files[0], arrays)
    with pytest.raises(StudyError, match=r"examples\.npz are not those that .*dataset\.json"):
        prepared.load(*files)


def test_arrays_in_a_damaged_or_foreign_file_are_named(tmp_path: Path) -> None:
    compressed, single = tmp_path / "compressed.npz", tmp_path / "single.npz"
    np.savez_compressed(compressed, a=np.arange(9999))
    content = bytearray(compressed.read_bytes())
    content[len(content) // 2] ^= 255
    compressed.write_bytes(content)
    np.save(single.with_suffix(".npy"), np.arange(9))
    single.with_suffix(".npy").rename(single)
    for file in (compressed, single):
        with pytest.raises(StudyError, match=f"{file.name} cannot be read .* run Snakemake again"):
            prepared.load_arrays(file)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("test_images", lambda a: a.astype(float), "split test: images must be uint8 .* float64"),
        ("train_images", lambda a: a[..., 0], r"split train: images must be uint8 .*\(5, 4, 4\)"),
        ("test_labels", lambda a: a[:2], "split test: 3 images, but 2 labels"),
        ("test_images", lambda a: a[:, :3], "split test: its images have another shape than"),
        ("train_labels", lambda a: a + 1, "split train: labels from 1 to 5, but there are 5"),
        ("test_labels", lambda a: a - 1, "split test: labels from -1 to 1"),
    ],
)
def test_arrays_that_are_no_dataset_are_refused(
    files: tuple[Path, Path], name: str, change: Callable[[np.ndarray], np.ndarray], told: str
) -> None:
    dataset = prepared.load(*files)
    arrays = {**dataset.arrays, name: change(dataset.arrays[name])}
    with pytest.raises(StudyError, match=f"dataset noise, {told}"):
        prepared.check(arrays, dataset.class_names, "noise")


@pytest.mark.parametrize("damage", ["{}", "[]", '{"fingerprint": 3'])
def test_a_description_that_is_damaged_is_named(files: tuple[Path, Path], damage: str) -> None:
    files[1].write_text(damage)
    with pytest.raises(StudyError, match=r"dataset\.json.* run Snakemake again to recreate"):
        prepared.load(*files)
