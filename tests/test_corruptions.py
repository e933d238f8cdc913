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


def test_zoom_shrinks_areas() -> None:
    small = corruptions.corrupted("zoom", 5, SQUARE)
    assert small.sum() / SQUARE.sum() == pytest.approx(0.25, rel=0.15)


def test_occlusion_covers_a_square_and_nothing_else() -> None:
    white = np.full((50, 28, 28, 1), 255, np.uint8)
    covered = corruptions.corrupted("occlusion", 2, white) == 0
    assert (covered.sum(axis=(1, 2, 3)) == 36).all()
    assert (corruptions.corrupted("occlusion", 2, white)[~covered] == 255).all()


def test_blur_and_contrast_keep_the_mean_and_noise_adds_its_deviation() -> None:
    for name in ("blur", "contrast"):
        assert corruptions.corrupted(name, 3, SQUARE).mean() == pytest.approx(
            SQUARE.mean(), rel=0.02
        )
    grey = np.full((20, 28, 28, 1), 128, np.uint8)
    assert corruptions.corrupted("noise", 1, grey).std() == pytest.approx(0.1 * 255, rel=0.02)
