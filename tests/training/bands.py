"""Images of which a class can be learned, and what else the tests of training share."""

import numpy as np

from published_architectures import ARCHITECTURES, DEVICE, IMAGE, LENET, built, keras, tf

__all__ = ["ARCHITECTURES", "DEVICE", "IMAGE", "LENET", "built", "examples", "keras", "tf"]


def examples(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images of which a class can be learned: noise with a bright band whose place is the class."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 10, count).astype(np.int32)
    images = generator.integers(0, 60, (count, *IMAGE)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 3 : 2 * label + 6] += 180
    return images, labels
