"""Test-time augmentation: predictions for several views of each image, averaged."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]


def views(images: Images, *, flip: bool, shift: int) -> Iterator[Images]:
    """The images themselves, and moved and mirrored.

    Args:
        images: uint8 (examples, height, width, channels).
        flip: whether each view is also mirrored horizontally.
        shift: the images are also moved up, down, left and right by so many pixels; 0: not at all.

    Yields:
        Images of the same shape; what a move leaves empty is 0.
    """
    moves = [(0, 0)]
    if shift:
        moves += [(-shift, 0), (shift, 0), (0, -shift), (0, shift)]
    height, width = images.shape[1:3]
    padded = np.pad(images, [(0, 0), (shift, shift), (shift, shift), (0, 0)])
    for down, right in moves:
        top, left = shift - down, shift - right
        moved = padded[:, top : top + height, left : left + width]
        yield np.ascontiguousarray(moved)
        if flip:
            yield np.ascontiguousarray(moved[:, :, ::-1])


def mean_logits(
    logits: Callable[[Images], npt.NDArray[np.float32]], images: Images, *, flip: bool, shift: int
) -> npt.NDArray[np.float32]:
    """The logarithms of the mean probabilities over all views of each image.

    Args:
        logits: gives the logits of images, float32 (examples, classes).
        images, flip, shift: see :func:`views`.

    Returns:
        float32 (examples, classes). Their softmax is the mean of the views' softmaxes.
    """
    total: npt.NDArray[np.float64] | float = 0.0
    count = 0
    for view in views(images, flip=flip, shift=shift):
        shifted = logits(view).astype(np.float64)
        shifted -= shifted.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        total = total + powers / powers.sum(axis=1, keepdims=True)
        count += 1
    mean: npt.NDArray[np.float64] = np.asarray(total) / count
    return np.log(np.maximum(mean, np.finfo(np.float64).tiny)).astype(np.float32)
