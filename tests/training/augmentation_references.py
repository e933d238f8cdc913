"""Each augmentation in NumPy and SciPy, example by example."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.ndimage
from bands import tf

from study.training.randomness import Draw


def shift(augmentation: Any, images: np.ndarray, draw: Draw, fill: str = "zero") -> np.ndarray:
    batch, height, width, _ = images.shape
    moves = augmentation.moves(draw, batch).numpy()
    result = np.zeros_like(images)
    for example, (down, right) in enumerate(moves):
        for row in range(height):
            for column in range(width):
                y, x = row - down, column - right
                if fill == "reflect":
                    y, x = reflected(y, height), reflected(x, width)
                if 0 <= y < height and 0 <= x < width:
                    result[example, row, column] = images[example, y, x]
    return result


def reflected(position: int, size: int) -> int:
    position = abs(position)
    return position if position < size else 2 * (size - 1) - position


def shift_reflected(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    return shift(augmentation, images, draw, "reflect")


def flip(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    chosen = augmentation.chosen(draw, len(images)).numpy()
    return mirrored(images, chosen)


def mirrored(images: np.ndarray, chosen: Any) -> np.ndarray:
    return np.stack(
        [image[:, ::-1] if own else image for image, own in zip(images, chosen, strict=True)]
    )


def murmur(number: int) -> int:
    """The finaliser of MurmurHash3, in Python's integers."""
    number &= 0xFFFFFFFF
    number ^= number >> 16
    number = number * 0x85EBCA6B & 0xFFFFFFFF
    number ^= number >> 13
    number = number * 0xC2B2AE35 & 0xFFFFFFFF
    return number ^ number >> 16


def alternating_flip(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    seed, epoch = int(draw.seed), int(draw.epoch)
    chosen = [(murmur(murmur(seed) + int(i)) + epoch) % 2 == 1 for i in draw.examples]
    return mirrored(images, chosen)


def affine(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    matrices = augmentation.matrices(draw, len(images)).numpy().astype(np.float64)
    middle = (np.array(images.shape[1:3]) - 1) / 2
    return by_channel(
        images,
        lambda plane, example: scipy.ndimage.affine_transform(
            plane,
            matrices[example],
            middle - matrices[example] @ middle,
            order=1,
            mode="grid-constant",
        ),
    )


def elastic(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    batch, height, width, _ = images.shape
    noise = augmentation.noise(draw, batch, height, width).numpy().astype(np.float64)
    places = np.indices((height, width))

    def deformed(plane: np.ndarray, example: int) -> np.ndarray:
        field = [
            augmentation.alpha
            * scipy.ndimage.gaussian_filter(
                part[example], augmentation.sigma, mode="constant", truncate=3
            )
            for part in noise
        ]
        return scipy.ndimage.map_coordinates(
            plane, places + np.stack(field), order=1, mode="grid-constant"
        )

    return by_channel(images, deformed)


def by_channel(images: np.ndarray, change: Callable[[np.ndarray, int], np.ndarray]) -> np.ndarray:
    result = np.empty_like(images)
    for example, image in enumerate(images):
        for channel in range(images.shape[-1]):
            result[example, ..., channel] = change(image[..., channel].astype(np.float64), example)
    return result


def cutout(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    rectangles = augmentation.rectangles(draw, *images.shape[:3]).numpy()
    return filled(images, rectangles, np.full_like(images, augmentation.value))


def erasing(augmentation: Any, images: np.ndarray, draw: Draw) -> np.ndarray:
    rectangles = augmentation.rectangles(draw, *images.shape[:3]).numpy()
    return filled(images, rectangles, augmentation.noise(draw, tf.constant(images)).numpy())


def filled(images: np.ndarray, rectangles: np.ndarray, others: np.ndarray) -> np.ndarray:
    result = images.copy()
    for example, (top, left, tall, wide) in enumerate(rectangles):
        for row in range(max(top, 0), min(top + tall, images.shape[1])):
            for column in range(max(left, 0), min(left + wide, images.shape[2])):
                result[example, row, column] = others[example, row, column]
    return result


CASES: list[tuple[str, dict[str, Any], Callable[[Any, np.ndarray, Draw], np.ndarray]]] = [
    ("shift", {}, shift),
    ("shift", {"pixels": 4, "fill": "reflect"}, shift_reflected),
    ("flip", {}, flip),
    ("alternating_flip", {}, alternating_flip),
    ("affine", {}, affine),
    ("affine", {"degrees": 180, "zoom": 0.5, "shear": 20.0}, affine),
    ("elastic", {}, elastic),
    ("elastic", {"alpha": 300.0, "sigma": 12.0}, elastic),
    ("cutout", {}, cutout),
    ("cutout", {"size": 5, "value": 0.5, "probability": 0.7}, cutout),
    ("erasing", {}, erasing),
    ("erasing", {"probability": 1, "area": [0.3, 1], "ratio": 4.0, "fill": "zero"}, erasing),
]
