"""A first convolution that whitens patches of the training images.

Its filters are the patches' principal directions, each divided by the standard deviation along it,
once with either sign (Coates, Ng and Lee 2011, section 3; as the frozen first layer of a network:
Page 2019, "How to train your ResNet", and Jordan 2024, "94% on CIFAR-10 in 3.29 seconds").
"""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from study.errors import StudyError
from study.training.forward import parts

MOST_IMAGES = 5000
"""Images that patches are taken from, at most; evenly spaced over the training split."""

AT_ONCE = 100
"""Images whose patches are in memory at once: 47 MB for patches of 5 x 5 x 3 pixels of 32 x 32."""


def whiten(
    model: keras.Model, images: npt.NDArray[np.uint8], *, frozen: bool, epsilon: float
) -> None:
    """Set the kernel of a model's first convolution, in place.

    A kernel of fewer filters than there are directions and signs takes those of the largest
    variance; further filters keep their initial weights.

    Args:
        model: its first layer with weights must be a convolution.
        images: uint8 (examples, height, width, channels).
        frozen: whether training leaves the kernel as it is.
        epsilon: added to each direction's variance, of pixels from 0 to 1.

    Raises:
        StudyError: if the model does not start with a convolution.
    """
    first: Any = next((layer for layer in parts(model) if layer.weights), None)
    if type(first) is not layers.Conv2D or first.groups != 1:
        raise StudyError(
            f"whitening needs a convolution as the first layer, but {model.name} starts with "
            f"{type(first).__name__}"
        )
    directions, variances = principal_directions(images, *first.kernel_size)
    filters = directions / np.sqrt(variances + epsilon)[:, None, None, None]
    signed = np.concatenate([filters, -filters])
    kernel = np.array(first.kernel.value)
    count = min(kernel.shape[-1], len(signed))
    if count < len(signed):
        signed = np.stack([filters, -filters], axis=1).reshape(signed.shape)  # largest first
    kernel[..., :count] = np.moveaxis(signed[:count], 0, -1)
    first.kernel.assign(kernel)
    if frozen:
        first.kernel.trainable = False


def principal_directions(
    images: npt.NDArray[np.uint8], height: int, width: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The principal directions of an image set's patches, with the variance along each.

    Args:
        images: uint8 (examples, height, width, channels).
        height, width: of a patch.

    Returns:
        Directions, float64 (directions, height, width, channels), and variances, float64
        (directions,), of pixels from 0 to 1; the largest first. A direction's largest entry is
        positive.
    """
    step = max(1, len(images) // MOST_IMAGES)
    chosen = images[::step][:MOST_IMAGES]
    channels = images.shape[-1]
    size = height * width * channels
    count, total, products = 0, np.zeros(size), np.zeros((size, size))
    for start in range(0, len(chosen), AT_ONCE):
        pixels = chosen[start : start + AT_ONCE].astype(np.float64) / 255
        windows = np.lib.stride_tricks.sliding_window_view(pixels, (height, width), axis=(1, 2))
        patches = np.moveaxis(windows, 3, -1).reshape(-1, size)
        count += len(patches)
        total += patches.sum(axis=0)
        products += patches.T @ patches
    covariance = (products - np.outer(total, total) / count) / max(count - 1, 1)
    variances, vectors = np.linalg.eigh(covariance)
    directions = vectors.T[::-1]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(size), largest])[:, None]
    shape = (size, height, width, channels)
    return directions.reshape(shape), np.maximum(variances[::-1], 0.0)
