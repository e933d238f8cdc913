"""The embedded digits."""

from pathlib import Path

import numpy as np

from study import datasets, prepared


def test_embedded_digits(tmp_path: Path) -> None:
    loaded = datasets.load("digits", tmp_path)
    arrays = loaded.arrays
    prepared.check(arrays, loaded.class_names, "digits")
    assert arrays["train_images"].shape == (1437, 28, 28, 1)
    assert arrays["test_images"].shape == (360, 28, 28, 1)
    image = arrays["train_images"][0, ..., 0].astype(float)
    rows, columns = np.indices(image.shape)
    for positions in (rows, columns):
        assert abs((positions * image).sum() / image.sum() - 13.5) <= 1
    again = datasets.load("digits", tmp_path).arrays
    assert prepared.fingerprint(arrays) == prepared.fingerprint(again)
