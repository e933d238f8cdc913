"""Corruptions: what each does to an image, and that it is the same every time."""

import numpy as np
import pytest

from study import corruptions

SQUARE = np.zeros((6, 28, 28, 1), np.uint8)
SQUARE[:, 10:18, 8:16] = 200


def loss_of_likeness(name: str, level: int, images: np.ndarray) -> float:
    changed = corruptions.corrupted(name, level, images).astype(float)
    return float(np.abs(changed - images).mean())


@pytest.mark.parametrize("name", corruptions.names())
def test_a_corruption_changes_images_more_with_its_level_and_always_alike(name: str) -> None:
    generator = np.random.default_rng(0)
    smooth = generator.random((40, 7, 7, 1)).repeat(4, axis=1).repeat(4, axis=2)
    images = (255 * smooth).astype(np.uint8)
    assert corruptions.corrupted(name, 0, images) is images
    changes = [loss_of_likeness(name, level, images) for level in corruptions.LEVELS]
    assert changes[0] > 0.5
    assert changes[-1] > 1.2 * changes[0]
    once = corruptions.corrupted(name, 3, images)
    assert (once.dtype, once.shape) == (np.uint8, images.shape)
    np.testing.assert_array_equal(once, corruptions.corrupted(name, 3, images))
    assert corruptions.about(name).TITLE


@pytest.mark.parametrize("name", corruptions.names())
def test_images_of_other_sizes_and_of_three_channels_are_taken(name: str) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 16, 20, 3)).astype(np.uint8)
    assert corruptions.corrupted(name, 5, images).shape == images.shape


def centre(image: np.ndarray) -> np.ndarray:
    rows, columns = np.indices(image.shape)
    return np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum()


def test_a_shift_moves_each_image_by_whole_pixels() -> None:
    moved = corruptions.corrupted("shift", 3, SQUARE)
    for before, after in zip(SQUARE[..., 0], moved[..., 0], strict=True):
        assert after.sum() == before.sum()
        assert set(np.abs(centre(after) - centre(before)).tolist()) <= {0.0, 3.0}
        assert (after != before).any()


def test_a_rotation_keeps_the_distance_from_the_centre() -> None:
    turned = corruptions.corrupted("rotation", 3, SQUARE)[..., 0].astype(float)
    middle = np.array([13.5, 13.5])
    before = centre(SQUARE[0, ..., 0].astype(float)) - middle
    for image in turned:
        after = centre(image) - middle
        assert np.linalg.norm(after) == pytest.approx(np.linalg.norm(before), abs=0.05)
        cosine = before @ after / np.linalg.norm(before) ** 2
        assert np.degrees(np.arccos(cosine)) == pytest.approx(30, abs=1)


@pytest.mark.parametrize("level", corruptions.LEVELS)
def test_zoom_shrinks_both_sides_around_the_centre(level: int) -> None:
    places = np.arange(28) - 13.5
    blob = np.exp(-(places**2) / (2 * 4**2))
    image = (255 * blob[:, None] * blob).astype(np.uint8)[None, ..., None]
    small = corruptions.corrupted("zoom", level, image)[0, ..., 0]
    left = corruptions.about("zoom").STRENGTHS[level - 1]
    assert small.sum() / image.sum() == pytest.approx(left**2, rel=0.01)
    assert small.sum(axis=0) @ places**2 == pytest.approx(small.sum(axis=1) @ places**2)
    assert centre(small) == pytest.approx([13.5, 13.5], abs=0.01)


def test_occlusion_covers_a_square_and_nothing_else() -> None:
    white = np.full((50, 28, 28, 1), 255, np.uint8)
    covered = corruptions.corrupted("occlusion", 2, white) == 0
    assert (covered.sum(axis=(1, 2, 3)) == 36).all()
    assert (corruptions.corrupted("occlusion", 2, white)[~covered] == 255).all()


def test_blur_and_contrast_keep_the_mean() -> None:
    for name in ("blur", "contrast"):
        assert corruptions.corrupted(name, 3, SQUARE).mean() == pytest.approx(
            SQUARE.mean(), rel=0.02
        )


def test_contrast_leaves_a_fraction_of_the_deviation() -> None:
    faded = corruptions.corrupted("contrast", 3, SQUARE)
    assert faded.std(axis=(1, 2)) == pytest.approx(0.4 * SQUARE.std(axis=(1, 2)), rel=0.01)


@pytest.mark.parametrize("side", [28, 56])
def test_blur_spreads_a_point_by_its_deviation(side: int) -> None:
    """The deviation is in pixels of an image of 28 pixels."""
    point = np.zeros((1, side, side, 1), np.float32)
    point[:, side // 2, side // 2] = 1
    blurred = corrupt("blur", 1.5, point)[0, ..., 0]
    places = np.arange(side) - side // 2
    for axis in (0, 1):
        variance = blurred.sum(axis=axis) @ places**2
        assert variance == pytest.approx((1.5 * side / 28) ** 2, rel=0.01)


def test_noise_has_its_deviation_and_is_another_one_in_each_image() -> None:
    grey = np.full((20, 28, 28, 1), 128, np.uint8)
    noisy = corruptions.corrupted("noise", 1, grey)
    assert noisy.std() == pytest.approx(0.1 * 255, rel=0.02)
    assert len(np.unique(noisy, axis=0)) == 20


def test_shear_slants_a_line_to_either_side() -> None:
    line = np.zeros((20, 28, 28, 1), np.float32)
    line[:, :, 13:15] = 1
    rows, columns = np.arange(8, 20), np.arange(28)
    slanted = corrupt("shear", 0.45, line)[..., 0][:, rows]
    middles = slanted @ columns / slanted.sum(axis=2)
    slopes = np.polyfit(rows, middles.T, 1)[0]
    assert np.abs(slopes) == pytest.approx(0.45, abs=0.001)
    assert set(np.sign(slopes)) == {-1, 1}


def test_rotation_is_to_either_side() -> None:
    square = np.repeat(SQUARE[:1], 20, axis=0)
    assert len(np.unique(corruptions.corrupted("rotation", 3, square), axis=0)) == 2


def test_elastic_distortion_displaces_by_its_deviation_in_pixels() -> None:
    """Where an image rises by one per row, or per column, a change of value is a displacement."""
    rising = np.repeat(np.indices((28, 28), np.float32)[..., None], 40, axis=0)
    displaced = (corrupt("elastic", 0.5, rising) - rising)[:, 3:-3, 3:-3, 0]
    assert displaced.std(axis=(1, 2)).mean() == pytest.approx(0.5, rel=0.05)
    assert np.abs(np.diff(displaced, axis=1)).mean() < 0.1, "neighbours move together"


def corrupt(name: str, strength: float, images: np.ndarray) -> np.ndarray:
    return corruptions.about(name).corrupt(images, strength, np.random.default_rng(0))
