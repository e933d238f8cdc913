"""Pictures become images for the networks: digits are found, cleaned, scaled and centred."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from sklearn.datasets import load_digits

import handwriting
from study import datasets, pictures
from study.errors import StudyError
from study.preparation import Prepared, prepare
from study.preparation._ink import stroke_width

SHAPE = (28, 28, 1)


def written(digits: list[int], pen: float = 12, size: int = 200, seed: int = 0) -> Image.Image:
    """Digits side by side, white on black."""
    rng = np.random.default_rng(seed)
    ink = Image.new("L", (size * len(digits), round(size * 1.4)))
    for place, digit in enumerate(digits):
        centre = (size * (place + 0.5), size * 0.7)
        handwriting._write(ink, handwriting.curves(digit, rng), size * 0.75, centre, pen)
    return ink


def found(picture: Image.Image) -> Prepared:
    return prepare("mnist", picture, SHAPE)


def test_a_digit_is_where_mnist_has_it() -> None:
    (digit,) = found(written([3])).found
    image = digit.image[..., 0].astype(float)
    assert (digit.image.shape, digit.image.dtype) == (SHAPE, np.uint8)
    rows, columns = np.nonzero(image > 20)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in range(18, 22)
    weights = np.indices(image.shape) * image
    assert np.abs(weights.sum(axis=(1, 2)) / image.sum() - 13.5).max() <= 0.5
    assert image.max() > 240


def test_dark_on_light_and_light_on_dark_are_the_same() -> None:
    picture = written([5, 2])
    light, dark = found(picture).found, found(ImageOps.invert(picture)).found
    assert [each.box for each in light] == [each.box for each in dark]
    for one, other in zip(light, dark, strict=True):
        assert np.array_equal(one.image, other.image)


@pytest.mark.parametrize("pen", [3, 8, 24])
def test_strokes_are_as_wide_as_mnists(pen: float) -> None:
    (digit,) = found(written([7], pen)).found
    assert 1.7 < stroke_width(digit.image[..., 0] / 255) < 4.5


def test_several_digits_are_read_from_left_to_right_and_line_by_line() -> None:
    page = Image.new("L", (900, 900))
    page.paste(written([1, 2, 3]), (40, 20))
    page.paste(written([4, 5]), (90, 420))
    boxes = [each.box for each in found(page).found]
    assert len(boxes) == 5
    assert [box[0] for box in boxes[:3]] == sorted(box[0] for box in boxes[:3])
    assert max(box[3] for box in boxes[:3]) < min(box[1] for box in boxes[3:])


def test_the_bar_of_a_five_belongs_to_it() -> None:
    picture = np.zeros((200, 160), np.uint8)
    picture[30:40, 60:120] = 255  # the bar, apart from the rest
    picture[48:150, 56:66] = 255
    picture[140:150, 56:110] = 255
    (digit,) = found(Image.fromarray(picture)).found
    assert digit.box == pytest.approx((56, 30, 120, 150), abs=3)


def test_the_boxes_are_those_of_the_whole_picture() -> None:
    large = written([8]).resize((4000, 5600))
    (digit,) = found(large).found
    left, top, right, bottom = digit.box
    assert 400 < left < right < 3600
    assert 800 < top < bottom < 4800
    assert found(large).width == 4000


@pytest.mark.parametrize("value", [0, 128, 255])
def test_on_an_empty_sheet_nothing_is_found(value: int) -> None:
    assert found(Image.new("L", (300, 200), value)).found == []
    noise = np.random.default_rng(0).normal(value, 2, (300, 200)).clip(0, 255).astype(np.uint8)
    assert found(Image.fromarray(noise)).found == []


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (28, 28), (2000, 3), (5, 900)])
def test_any_size_can_be_prepared(size: tuple[int, int]) -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, size[::-1], np.uint8))
    prepared = found(picture)
    assert all(each.image.shape == SHAPE for each in prepared.found)
    assert [step.dtype for _, step in prepared.steps] == [np.uint8] * len(prepared.steps)


def test_the_digits_on_imitated_photos_are_found() -> None:
    right = 0
    for place in range(30):
        picture, digits = handwriting.photo(np.random.default_rng([7, place]))
        right += len(found(picture).found) == len(digits)
    assert right >= 28


def test_scikit_learns_digits_come_out_as_the_dataset_has_them(tmp_path: Path) -> None:
    """The same 8x8 images, enlarged as pictures, and as the data source centres them."""
    bunch = load_digits()
    arrays = datasets.load("digits", tmp_path).arrays
    known = np.concatenate([arrays["train_images"], arrays["test_images"]]).reshape(-1, 784)
    labels = np.concatenate([arrays["train_labels"], arrays["test_labels"]])
    for image, label in zip(bunch.images[:40], bunch.target[:40], strict=True):
        picture = Image.fromarray((image * 15.9).astype(np.uint8)).resize((200, 200))
        own = max(found(ImageOps.expand(picture, 60)).found, key=lambda each: each.image.sum())
        alike = [np.corrcoef(own.image.ravel(), other)[0, 1] for other in known]
        # The data source does not say which of its images this one is: it is the most alike.
        best = int(np.argmax(alike))
        assert alike[best] > 0.8
        assert labels[best] == label


def test_a_digit_at_the_border_is_one_if_it_looks_like_the_others() -> None:
    whole = written([4, 2])
    left = found(whole).found[0].box[0]
    assert len(found(whole.crop((left + 2, 0, *whole.size))).found) == 2
    lined = np.asarray(whole).copy()
    lined[-2:] = 255  # a line of the paper
    assert len(found(Image.fromarray(lined)).found) == 2


def test_what_is_left_out_is_told() -> None:
    page = Image.new("L", (900, 700))
    page.paste(written([4]).resize((400, 560)), (40, 40))
    page.paste(written([2]).resize((90, 126)), (600, 300))
    prepared = found(page)
    assert len(prepared.found) == 1
    ((left, top, right, bottom),) = prepared.left_out
    assert 600 < left < right < 690 and 300 < top < bottom < 426


def test_a_picture_of_something_else_has_a_reason_and_takes_no_ages() -> None:
    dots = np.zeros((1000, 1000), np.uint8)
    dots[::16, ::16] = dots[1::16, ::16] = dots[::16, 1::16] = dots[1::16, 1::16] = 255
    prepared = found(Image.fromarray(dots))
    assert prepared.found == []
    assert "pieces of ink, and at most 500 are taken for digits" in prepared.reason


def test_thin_lines_on_a_large_sheet_are_widened() -> None:
    (digit,) = found(written([7], pen=2, size=900).resize((1000, 1400))).found
    assert stroke_width(digit.image[..., 0] / 255) > 1.7


def test_networks_for_other_images_are_refused() -> None:
    with pytest.raises(StudyError, match="pictures: plain"):
        prepare("mnist", written([1]), (32, 32, 3))


def test_a_plain_picture_is_scaled_whatever_its_aspect(tmp_path: Path) -> None:
    picture = Image.new("RGB", (60, 20), (200, 100, 0))
    prepared = prepare("plain", picture, (32, 32, 3))
    (image,) = prepared.found
    assert image.image.shape == (32, 32, 3)
    assert image.image[5, 5].tolist() == [200, 100, 0]
    assert image.box == (0, 0, 60, 20)
    grey = prepare("plain", pictures.read(_saved(picture, tmp_path)), SHAPE).found[0].image
    assert grey.shape == SHAPE


def _saved(picture: Image.Image, folder: Path) -> Path:
    picture.save(folder / "a.png")
    return folder / "a.png"
