"""Splits in the notation of TensorFlow Datasets."""

import pytest

from study.splits import Split, are_of_test


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


@pytest.mark.parametrize(
    ("validation", "test", "shown"),
    [
        ("test", "test", True),
        ("test[:5000]", "test", True),
        ("test[:5000]", "test[5000:]", False),
        ("test[50%:]", "test[:50%]", False),
        ("test[:5000]", "test[10%:]", True),
        ("train[55000:]", "test[:50%]", False),
        ("train[55000:]", "test", False),
        ("", "test", False),
        ("depends on the variant", "test", False),
    ],
)
def test_whether_validation_shows_test_examples(validation: str, test: str, shown: bool) -> None:
    assert are_of_test(validation, test) == shown
