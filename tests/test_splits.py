"""Splits in the notation of TensorFlow Datasets."""

import pytest

from study.splits import Split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train", slice(0, 1000)),
        ("train[100:]", slice(100, 1000)),
        ("test[:20%]", slice(0, 200)),
        ("train[10%:50]", slice(0, 0)),
        ("train[:5000]", slice(0, 1000)),
    ],
)
def test_slices(text: str, expected: slice) -> None:
    assert Split.parse(text).slice(1000) == expected
