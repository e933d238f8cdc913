"""Files of a dataset of one's own that are none, or are not what they seem."""

from pathlib import Path

import numpy as np
import pytest
from own_files import counts, folder, idx, load, picture

from study import datasets
from study.errors import StudyError


def small(file: Path, **changed: object) -> Path:
    images = np.zeros((4, 5, 5), np.uint8)
    images[:, 2] = 200
    own = {"x_train": images, "y_train": np.array([0, 0, 1, 1]),
           "x_test": images[:2], "y_test": np.array([0, 1])}  # fmt: skip
    np.savez(file, **{k: v for k, v in (own | changed).items() if v is not None})
    return file


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y_test": np.array([5, 0])}, "classes with test examples, but none for training: 5"),
        ({"y_test": np.array(["a", "b"])}, "numbers in one split and text in the other"),
        ({"x_train": np.full((4, 5, 5), "x")}, "pixels must be numbers"),
        ({"x_train": None}, "it has the arrays x_test, y_test, y_train, not x_train, y_train"),
    ],
)
def test_arrays_that_do_not_go_together(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        load("npz", tmp_path, small(tmp_path / "a.npz", **changed))


def test_arrays_that_are_not_needed_are_not_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = small(tmp_path / "a.npz", val_images=np.zeros(3), notes=np.array([{}], object))
    assert counts(load("npz", tmp_path, file), "train") == [2, 2]
    assert "not used: notes, val_images" in caplog.text


@pytest.mark.parametrize("content", [b"", b"hello", b"\x93NUMPY", b"PK\x03\x04broken"])
def test_a_file_that_is_no_npz(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(StudyError, match=r"a\.npz: it cannot be read as arrays in an \.npz file"):
        load("npz", tmp_path, tmp_path / "a.npz")


def test_a_single_array_is_no_npz(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(3))
    with pytest.raises(StudyError, match="write it with numpy"):
        load("npz", tmp_path, tmp_path / "a.npy")


@pytest.mark.parametrize("source", ["folder", "idx"])
def test_a_file_where_a_folder_should_be(tmp_path: Path, source: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="file: is not a folder"):
        load(source, tmp_path, tmp_path / "file")


def test_links_to_nothing_are_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "pictures", {"cat": 5, "dog": 5})
    first = next(each for each in sorted(root.rglob("*")) if each.is_file())
    (first.parent / "lost.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(StudyError, match=r"lost\.png: is a link to nothing\nRemove these files"):
        load("folder", tmp_path, root)


def test_classes_that_differ_only_in_capitals_are_one_or_need_names(tmp_path: Path) -> None:
    root = folder(tmp_path / "pictures", {"cat": 5, "dog": 5})
    first = next(each for each in sorted(root.rglob("*")) if each.is_file())
    other = first.parent.with_name(first.parent.name.swapcase())
    other.mkdir()
    (other / "a.png").write_bytes(first.read_bytes())
    with pytest.raises(StudyError, match="differ only in capitals; if they are one class, move"):
        load("folder", tmp_path, root)


def test_two_classes_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="two classes are called 'a'"):
        load("npz", tmp_path, small(tmp_path / "a.npz"), classes=("a", "a"))


def test_a_seed_below_zero(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="split_seed must be 0 or more"):
        load("folder", tmp_path, folder(tmp_path / "x", {"a": 3, "b": 3}), split_seed=-1)


def test_pictures_in_deeper_folders_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = folder(tmp_path / "x", {"a": 3, "b": 3})
    picture(root / "a" / "sub" / "9.png")
    assert counts(load("folder", tmp_path, root), "train") == [2, 2]
    assert "its folders are not read: sub" in caplog.text


def test_a_class_called_train_is_explained(tmp_path: Path) -> None:
    root = folder(tmp_path / "x", {"train": 3, "bus": 3})
    with pytest.raises(StudyError, match="rename a class of that name"):
        load("folder", tmp_path, root)


def test_masks_of_zeros_and_ones_are_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ones = np.ones((4, 5, 5), np.int64)
    load("npz", tmp_path, small(tmp_path / "a.npz", x_train=ones))
    assert "all but black" in caplog.text


def test_links_are_part_of_the_state_and_not_followed(tmp_path: Path) -> None:
    elsewhere = folder(tmp_path / "elsewhere", {"a": 2})
    root = folder(tmp_path / "set", {"b": 2})
    states = [datasets.state({"path": str(root)})]
    (root / "c").symlink_to(root / "b")
    (root / "b" / "loop").symlink_to(root)
    states.append(datasets.state({"path": str(root)}))
    picture(root / "b" / "new.png")
    states.append(datasets.state({"path": str(root)}))
    (root / "a").symlink_to(elsewhere)
    states.append(datasets.state({"path": str(root)}))
    assert len(set(map(tuple, states))) == 4
    picture(elsewhere / "new.png")
    assert datasets.state({"path": str(root)}) == states[-1]


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    root = folder(tmp_path / "set", {"cat": 5, "dog": 5})
    (root / "cat" / "linked.png").symlink_to(root / "dog" / "0.png")
    (root / ".cache").symlink_to(tmp_path)
    (tmp_path / "by a link").symlink_to(root)
    loaded = load("folder", tmp_path, tmp_path / "by a link")
    assert counts(loaded, "train")[0] + counts(loaded, "test")[0] == 6


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"set/cat/of me.png": "private.png"}, r"cat/of me\.png: is a link out of .*set; copy"),
        (
            {f"set/cat/{n}": "private.png" for n in ("1.png", "of me.png", "x.png")},
            r"cat/of me\.png and 1 more beside it: is a link out of",
        ),
        ({"set/bird": "other/bird"}, "bird: is a link out of .*let `path` name the copy"),
        ({"set/train": "other"}, "train: is a link out of"),
    ],
)
def test_links_that_lead_out_of_the_folder_are_refused(
    tmp_path: Path, made: dict[str, str], told: str
) -> None:
    root = folder(tmp_path / "set", {"cat": 5, "dog": 5})
    folder(tmp_path / "other", {"bird": 5, "fish": 5})
    picture(tmp_path / "private.png")
    for link, target in made.items():
        if not (tmp_path / link).exists():
            (tmp_path / link).symlink_to(tmp_path / target)
    with pytest.raises(StudyError, match=told):
        load("folder", tmp_path, root)


def test_names_that_are_not_utf_8_have_a_state(tmp_path: Path) -> None:
    root = folder(tmp_path / "set", {"a": 1})
    picture(root / "a" / "x.png")
    (root / "a" / "x.png").rename(root / "a" / "Foto\udcfc.png")
    assert len(datasets.state({"path": str(root)})) == 1


def test_claims_know_datasets_by_their_public_names() -> None:
    assert datasets.public_name({"source": "digits"}) == "digits"
    assert datasets.public_name({"source": "tfds", "name": "kmnist"}) == "kmnist"
    assert datasets.public_name({"source": "folder", "path": "some/pics"}) == "own/pics"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["other-images"], "there are no files named like train-images and train-labels"),
        (["train-images"], "there is train-images, but no file of labels that belongs to it"),
        (["train-images", "train-images2", "train-labels"], "could all be the images; leave one"),
    ],
)
def test_idx_files_that_do_not_belong_together(tmp_path: Path, files: list[str], told: str) -> None:
    for name in files:
        idx(tmp_path / "files" / name, np.zeros(3 if "labels" in name else (3, 4, 4)))
    with pytest.raises(StudyError, match=told):
        load("idx", tmp_path, tmp_path / "files")


def test_idx_labels_of_another_number_than_images(tmp_path: Path) -> None:
    idx(tmp_path / "files" / "train-images", np.zeros((3, 4, 4)))
    idx(tmp_path / "files" / "train-labels", np.zeros(2))
    with pytest.raises(StudyError, match=r"3 images, but labels of the shape \(2,\)"):
        load("idx", tmp_path, tmp_path / "files")
