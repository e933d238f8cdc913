"""Predictions over several views of each image."""

import numpy as np
import pytest

from study.evaluation import metrics
from study.evaluation.predictions import Predictions
from study.training.views import mean_logits, views

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 5, 6, 2)).astype(np.uint8)


def test_views_are_the_image_its_moves_and_their_mirror_images() -> None:
    found = list(views(IMAGES, flip=True, shift=1))
    assert len(found) == 10
    np.testing.assert_array_equal(found[0], IMAGES)
    np.testing.assert_array_equal(found[1], IMAGES[:, :, ::-1])
    up = np.zeros_like(IMAGES)
    up[:, :-1] = IMAGES[:, 1:]
    np.testing.assert_array_equal(found[2], up)
    right = np.zeros_like(IMAGES)
    right[:, :, 1:] = IMAGES[:, :, :-1]
    np.testing.assert_array_equal(found[8], right)


@pytest.mark.parametrize(("flip", "shift", "count"), [(False, 0, 1), (True, 0, 2), (False, 2, 5)])
def test_as_many_views_as_asked_for(flip: bool, shift: int, count: int) -> None:
    found = list(views(IMAGES, flip=flip, shift=shift))
    assert len(found) == count
    assert {view.shape for view in found} == {IMAGES.shape}


def test_probabilities_are_averaged() -> None:
    weights = np.random.default_rng(1).standard_normal((60, 4)) / 100

    def logits(images: np.ndarray) -> np.ndarray:
        return (images.reshape(len(images), -1) @ weights).astype(np.float32)

    def softmax(values: np.ndarray) -> np.ndarray:
        return np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)

    found = softmax(mean_logits(logits, IMAGES, flip=True, shift=0))
    expected = (softmax(logits(IMAGES)) + softmax(logits(IMAGES[:, :, ::-1]))) / 2
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_metric_stands_beside_the_plain_accuracy() -> None:
    plain = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    labels = np.array([0, 1, 1], np.int32)
    both = Predictions(plain, labels, np.array([[1, 0], [0, 1], [0, 1]], np.float32))
    assert metrics.accuracy(both) == pytest.approx(2 / 3)
    assert metrics.augmented_accuracy(both) == 1
    assert np.isnan(metrics.augmented_accuracy(Predictions(plain, labels)))
