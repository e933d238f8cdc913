"""Datasets of one's own: folders of pictures, arrays, IDX files."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from own_files import arrays, counts, folder, idx, load, picture

from study import datasets, prepared
from study.datasets._own import in_natural_order, stratified
from study.datasets.tfds import used
from study.errors import StudyError

# Folders of pictures ------------------------------------------------------------------------------


def test_folders_are_classes_and_a_fifth_of_each_is_for_testing(tmp_path: Path) -> None:
    made = {"Äpfel": 10, "梨": 6, "вишня": 1}
    root = folder(tmp_path / "my pictures", made)
    picture(root / "梨" / ".hidden.png")
    (root / "梨" / "Thumbs.db").write_bytes(b"x")
    loaded = load("folder", tmp_path, root, height=8, width=6)
    assert loaded.class_names == ["Äpfel", "вишня", "梨"]
    assert loaded.arrays["train_images"].shape == (14, 8, 6, 1)
    assert (counts(loaded, "train"), counts(loaded, "test")) == ([8, 1, 5], [2, 0, 1])
    assert loaded.origin["name"] == "own/my pictures"
    for split in ("train", "test"):  # a picture's value says which folder it is from
        values = loaded.arrays[f"{split}_images"][:, 0, 0, 0]
        names = [loaded.class_names[label] for label in loaded.arrays[f"{split}_labels"]]
        assert names == [[*made][value // 20] for value in values]


def test_a_test_folder_is_the_test_split(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a": 3, "b": 2}, "train")
    picture(root / "test" / "b" / "1.png", 77)
    loaded = load("folder", tmp_path, root)
    assert (counts(loaded, "train"), counts(loaded, "test")) == ([3, 2], [0, 1])
    assert loaded.arrays["test_images"].min() == loaded.arrays["test_images"].max() == 77


def test_the_split_depends_on_its_seed_alone(tmp_path: Path) -> None:
    root = folder(tmp_path / "x", {"a": 10, "b": 10})
    first, again, other = (
        prepared.fingerprint(load("folder", tmp_path, root, split_seed=seed).arrays)
        for seed in (0, 0, 1)
    )
    assert first == again != other


def test_colours_stay_if_they_are_asked_for(tmp_path: Path) -> None:
    for name in "ab":
        picture(tmp_path / "x" / name / "1.png", 200, mode="RGB")
        picture(tmp_path / "x" / name / "2.jpg", 200, mode="RGB")
    loaded = load("folder", tmp_path, tmp_path / "x", channels=3)
    assert loaded.arrays["train_images"].shape == (2, 28, 28, 3)
    assert loaded.arrays["train_images"][0, 0, 0].tolist() == [200, 0, 255]


def test_names_that_differ_only_in_how_they_are_stored_are_one(tmp_path: Path) -> None:
    root = folder(tmp_path / "x", {unicodedata.normalize("NFD", "ä"): 2, "b": 2})
    assert load("folder", tmp_path, root).class_names == ["b", "ä"]
    picture(root / unicodedata.normalize("NFC", "ä") / "1.png")
    with pytest.raises(StudyError, match="two folders are called 'ä'"):
        load("folder", tmp_path, root)


def test_numbers_stand_in_their_order() -> None:
    assert in_natural_order(["10", "9", "b2", "b10", "B1"]) == ["9", "10", "B1", "b2", "b10"]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"a": 3}, "it has 1 class, and a classifier needs two or more"),
        ({"a": 1, "b": 1}, "2 examples are too few to take a test split from"),
        ({"a": 2, "b": 0}, "the class 'b' has no picture"),
    ],
)
def test_what_is_no_dataset_is_refused(tmp_path: Path, made: dict[str, int], message: str) -> None:
    root = folder(tmp_path / "x", made)
    for name in made:
        (root / name).mkdir(exist_ok=True)
    with pytest.raises(StudyError, match=message):
        load("folder", tmp_path, root)


def test_files_that_are_no_pictures_are_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "x", {"a": 2, "b": 2})
    (root / "a" / "empty.png").touch()
    (root / "b" / "text.jpg").write_text("no picture")
    half = (root / "a" / "1.png").read_bytes()[:50]
    (root / "b" / "half.png").write_bytes(half)
    with pytest.raises(StudyError) as error:
        load("folder", tmp_path, root)
    empty, half, *_ = (line.rpartition("/")[2] for line in str(error.value).splitlines())
    assert empty == "empty.png: the file is empty"
    assert half.startswith("half.png: it is broken or truncated")
    assert "text.jpg: it is not an image in a format that can be read" in str(error.value)


def test_a_class_of_the_test_folder_alone_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path / "x", {"a": 2, "b": 2}, "train")
    folder(root, {"c": 1}, "test")
    with pytest.raises(StudyError, match="has no class c"):
        load("folder", tmp_path, root)


@pytest.mark.parametrize(("count", "test"), [(1, 0), (2, 1), (3, 1), (10, 2), (13, 3)])
def test_each_class_has_its_fraction_for_testing(count: int, test: int) -> None:
    labels = np.array([0] * count + [1] * 50, np.int32)
    chosen = stratified(labels, 0.2, 0)
    assert [int(chosen[labels == label].sum()) for label in (0, 1)] == [test, 10]


# Arrays -------------------------------------------------------------------------------------------

IMAGES = np.arange(6 * 4 * 5).reshape(6, 4, 5).astype(np.uint8)
LABELS = np.array([3, 3, 3, 7, 7, 7])


def test_arrays_with_the_names_of_keras(tmp_path: Path) -> None:
    file = arrays(tmp_path, x_train=IMAGES, y_train=LABELS, x_test=IMAGES[2:4], y_test=LABELS[2:4])
    loaded = load("npz", tmp_path, file)
    assert loaded.class_names == ["3", "7"]
    assert loaded.arrays["train_images"].shape == (6, 4, 5, 1)
    assert np.array_equal(loaded.arrays["test_images"][..., 0], IMAGES[2:4])
    assert loaded.arrays["test_labels"].tolist() == [0, 1]
    assert load("npz", tmp_path, file, classes=["x", "y"]).class_names == ["x", "y"]


def test_arrays_with_the_names_of_medmnist(tmp_path: Path) -> None:
    colours = np.repeat(IMAGES[..., None], 3, axis=-1)
    both = {"train_images": colours, "train_labels": LABELS[:, None]}
    both |= {"test_images": colours, "test_labels": LABELS[:, None], "val_images": colours}
    loaded = load("npz", tmp_path, arrays(tmp_path, **both))
    assert loaded.arrays["test_images"].shape == (6, 4, 5, 3)
    assert counts(loaded, "test") == [3, 3]


def test_arrays_without_a_test_split_and_labels_that_are_text(tmp_path: Path) -> None:
    file = arrays(tmp_path, images=IMAGES / 255, labels=np.array(list("ababab")))
    loaded = load("npz", tmp_path, file)
    assert (counts(loaded, "train"), counts(loaded, "test")) == ([2, 2], [1, 1])
    assert loaded.class_names == ["a", "b"]
    assert set(np.unique(loaded.arrays["train_images"])) <= set(np.unique(IMAGES))


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"x": IMAGES}, "it has the arrays x, not x_train, y_train"),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES}, "the array y_test is missing"),
        ({"images": IMAGES, "labels": LABELS[:4]}, "6 images, but 4 labels"),
        ({"images": IMAGES * 1.0, "labels": LABELS}, "but are float64 from 0 to 119"),
        ({"images": IMAGES[0], "labels": LABELS}, r"but are \(4, 5\)"),
        ({"images": IMAGES, "labels": LABELS * 1.0}, "but are float64"),
        ({"images": IMAGES, "labels": LABELS * 0}, "it has 1 class"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, "there is no image"),
    ],
)
def test_arrays_that_are_no_dataset(
    tmp_path: Path, stored: dict[str, object], message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        load("npz", tmp_path, arrays(tmp_path, **stored))


# IDX files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_idx_files(tmp_path: Path, packed: bool) -> None:
    root = tmp_path / "set"
    for split in ("train", "t10k"):
        idx(root / f"{split}-images-idx3-ubyte", IMAGES, packed)
        idx(root / f"{split}-labels-idx1-ubyte", LABELS, packed)
    loaded = load("idx", tmp_path, root)
    assert np.array_equal(loaded.arrays["test_images"][..., 0], IMAGES)
    assert (loaded.class_names, counts(loaded, "train")) == (["3", "7"], [3, 3])
    upright = load("idx", tmp_path, root, transpose=True)
    assert np.array_equal(upright.arrays["test_images"][..., 0], IMAGES.swapaxes(1, 2))


@pytest.mark.parametrize("name", ["emnist-letters-train", "latest-train"])
def test_idx_files_without_a_test_split(tmp_path: Path, name: str) -> None:
    """A file for training is none for testing, whatever else is in its name."""
    idx(tmp_path / "set" / f"{name}-images-idx3-ubyte", IMAGES)
    idx(tmp_path / "set" / f"{name}-labels-idx1-ubyte", LABELS)
    assert counts(load("idx", tmp_path, tmp_path / "set"), "test") == [1, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "train-images: is not an IDX file"),
        (b"\0\0\x0d\1\0\0\0\1x", "its numbers are not unsigned bytes"),
        (b"\0\0\x08\3\0\0", "it ends before its numbers begin"),
        (b"\0\0\x08\1\0\0\0\5abc", "its header says 5 numbers, but it has 3"),
        (b"\x1f\x8b broken", "train-images: it cannot be read"),
    ],
)
def test_an_idx_file_that_is_broken(tmp_path: Path, content: bytes, message: str) -> None:
    idx(tmp_path / "set" / "train-labels", LABELS)
    (tmp_path / "set" / "train-images").write_bytes(content)
    with pytest.raises(StudyError, match=message):
        load("idx", tmp_path, tmp_path / "set")


# TensorFlow Datasets ------------------------------------------------------------------------------


def test_classes_without_a_training_example_are_left_out() -> None:
    labels = {"train_labels": np.array([1, 3, 1]), "test_labels": np.array([3])}
    own, names = used(labels, "-abcd")
    assert names == ["a", "c"]
    assert (own["train_labels"].tolist(), own["test_labels"].tolist()) == ([0, 1, 0], [1])
    with pytest.raises(StudyError, match="none for training"):
        used(labels | {"test_labels": np.array([2])}, "-abcd")


# The state of files -------------------------------------------------------------------------------


def test_the_state_of_a_folder_changes_with_its_files(tmp_path: Path) -> None:
    root = folder(tmp_path / "x", {"a": 2, "b": 2})
    options = {"path": str(root)}
    first = datasets.state(options)
    assert datasets.state(options) == first and len(first) == 1
    picture(root / "b" / "new.png")
    assert datasets.state(options) != first
    assert datasets.state({"name": "mnist"}) == []
