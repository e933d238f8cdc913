"""Imitated photos of handwritten digits: strokes of many widths and inks on paper, with shadows.

    python tests/handwriting.py FOLDER [NUMBER] [SEED]

writes NUMBER photos and `labels.csv`, which has the digits on each. Nothing is taken from MNIST: a
digit is a polyline of control points, bent and slanted at random and drawn with a pen.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter
from scipy.interpolate import splev, splprep

Points = list[tuple[float, float]]

STROKES: dict[int, list[list[Points]]] = {
    0: [[[(0.5, 0), (0.15, 0.2), (0.1, 0.6), (0.35, 1), (0.75, 0.9), (0.9, 0.5), (0.75, 0.1),
          (0.5, 0)]]],
    1: [[[(0.5, 0), (0.5, 0.5), (0.5, 1)]], [[(0.3, 0.25), (0.55, 0), (0.55, 0.5), (0.55, 1)]]],
    2: [[[(0.15, 0.25), (0.4, 0), (0.8, 0.15), (0.75, 0.45), (0.4, 0.75), (0.1, 1)],
         [(0.1, 1), (0.5, 0.97), (0.9, 1)]]],
    3: [[[(0.15, 0.1), (0.5, 0), (0.8, 0.2), (0.6, 0.42), (0.4, 0.47)],
         [(0.4, 0.47), (0.75, 0.55), (0.85, 0.8), (0.5, 1), (0.1, 0.9)]]],
    4: [[[(0.55, 0), (0.3, 0.35), (0.1, 0.65)], [(0.1, 0.65), (0.5, 0.64), (0.95, 0.62)],
         [(0.7, 0.3), (0.68, 0.65), (0.65, 1)]],
        [[(0.15, 0), (0.15, 0.25), (0.15, 0.5)], [(0.15, 0.5), (0.5, 0.5), (0.8, 0.48)],
         [(0.8, 0), (0.8, 0.5), (0.78, 1)]]],
    5: [[[(0.8, 0), (0.5, 0.01), (0.25, 0.02)], [(0.25, 0.02), (0.22, 0.2), (0.18, 0.42)],
         [(0.18, 0.42), (0.5, 0.36), (0.82, 0.55), (0.75, 0.88), (0.4, 1), (0.1, 0.9)]]],
    6: [[[(0.7, 0), (0.35, 0.2), (0.12, 0.6), (0.25, 0.95), (0.6, 1), (0.82, 0.78), (0.6, 0.55),
          (0.3, 0.6), (0.15, 0.75)]]],
    7: [[[(0.1, 0.03), (0.5, 0.02), (0.88, 0)], [(0.88, 0), (0.6, 0.45), (0.4, 1)]],
        [[(0.1, 0.03), (0.5, 0.02), (0.88, 0)], [(0.88, 0), (0.6, 0.45), (0.4, 1)],
         [(0.35, 0.5), (0.55, 0.49), (0.8, 0.47)]]],
    8: [[[(0.75, 0.12), (0.5, 0), (0.22, 0.15), (0.3, 0.38), (0.6, 0.52), (0.85, 0.75), (0.6, 0.98),
          (0.3, 0.96), (0.12, 0.75), (0.35, 0.52), (0.68, 0.35), (0.75, 0.12)]]],
    9: [[[(0.8, 0.2), (0.5, 0), (0.18, 0.18), (0.25, 0.45), (0.55, 0.48), (0.8, 0.2)],
         [(0.8, 0.2), (0.78, 0.6), (0.7, 1)]]],
}  # fmt: skip
"""How each digit is written, in one way or several: strokes in a square, from the upper left."""


def curves(digit: int, rng: np.random.Generator) -> list[npt.NDArray[np.float64]]:
    """The strokes of a digit as one hand might write it, each (points, 2) in a unit square."""
    ways = STROKES[digit]
    slant, narrow = rng.normal(0, 0.12), rng.uniform(0.6, 0.95)
    angle = rng.normal(0, 0.09)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bends = rng.normal(0, 0.025, (4, 2))
    drawn = []
    for stroke in ways[rng.integers(len(ways))]:
        points = np.array(stroke)
        points = (
            points + bends[(points[:, 1] * 3.99).astype(int)] + rng.normal(0, 0.01, points.shape)
        )
        points[:, 0] = (points[:, 0] - 0.5) * narrow - slant * (points[:, 1] - 0.5)
        points[:, 1] -= 0.5
        points = points @ turn.T
        smooth, _ = splprep(points.T, s=0, k=min(3, len(points) - 1))
        drawn.append(np.stack(splev(np.linspace(0, 1, 60), smooth), axis=1))
    return drawn


def photo(rng: np.random.Generator) -> tuple[Image.Image, list[int]]:
    """A photo, and the digits on it from left to right."""
    digits = rng.integers(0, 10, rng.choice([1, 1, 1, 2, 3, 4])).tolist()
    size = int(rng.integers(120, 360))
    width = int(size * (len(digits) * 0.95 + rng.uniform(0.4, 1.2)))
    height = int(size * rng.uniform(1.4, 2.2))
    paper = _paper(height, width, rng)
    ink = Image.new("L", (width, height))
    pen = size * rng.uniform(0.025, 0.14)
    left = (width - len(digits) * size * 0.95) / 2 + size * 0.475
    for place, digit in enumerate(digits):
        own = size * rng.uniform(0.75, 1)
        centre = (
            left + place * size * 0.95 + rng.normal(0, size * 0.02),
            height / 2 + rng.normal(0, size * 0.06),
        )
        _write(ink, curves(digit, rng), own, centre, pen)
    ink = ink.filter(ImageFilter.GaussianBlur(max(0.5, pen / 10)))
    strength = np.asarray(ink, np.float64)[..., None] / 255
    strength *= 1 - rng.uniform(0, 0.25) * rng.random((height, width, 1))
    colour = np.array([[20, 20, 25], [25, 40, 130], [140, 25, 30], [70, 70, 75]])[rng.integers(4)]
    image = paper * (1 - strength) + colour * strength
    image *= _light(height, width, rng)[..., None]
    if rng.random() < 0.2:
        image = 255 - image  # chalk on a board
    image += rng.normal(0, rng.uniform(1, 6), image.shape)
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    edge = tuple(np.median(image[:8].reshape(-1, 3), axis=0).astype(int).tolist())
    return picture.rotate(rng.normal(0, 4), Image.Resampling.BICUBIC, fillcolor=edge), digits


def _write(
    ink: Image.Image, strokes: list[npt.NDArray[np.float64]], size: float,
    centre: tuple[float, float], pen: float,
) -> None:  # fmt: skip
    drawing, radius = ImageDraw.Draw(ink), pen / 2
    for stroke in strokes:
        points = [tuple(point) for point in stroke * size + centre]
        drawing.line(points, fill=255, width=max(1, round(pen)), joint="curve")
        for x, y in points:
            drawing.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _paper(height: int, width: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """White, cream or grey, with a grain; some sheets are ruled or squared."""
    tone = np.array([[245, 245, 245], [250, 242, 220], [215, 218, 222]])[rng.integers(3)]
    grain = rng.normal(0, 1, (height, width))
    blurred = np.asarray(
        Image.fromarray(grain.astype(np.float32)).resize((max(1, width // 6), max(1, height // 6)))
        .resize((width, height)), np.float64,
    )  # fmt: skip
    paper = tone + (3 * grain + 8 * blurred)[..., None]
    kind, step = rng.random(), int(rng.integers(24, 60))
    if kind < 0.35:
        paper[::step] = paper[::step] * 0.86
    if kind < 0.15:
        paper[:, ::step] = paper[:, ::step] * 0.86
    return paper


def _light(height: int, width: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Light that falls off in one direction; on some photos a shadow with an edge."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)
    light = 0.85 + rng.uniform(0, 0.5) * slope
    if rng.random() < 0.35:
        edge = 1 / (1 + np.exp(-(slope - rng.uniform(-0.3, 0.3)) * rng.uniform(15, 80)))
        light = light * (1 - rng.uniform(0.15, 0.45) * edge)
    return np.asarray(np.clip(light, 0.25, 1.05), np.float64)


def write(folder: Path, number: int = 60, seed: int = 0) -> list[list[int]]:
    """Write photos and `labels.csv`; returns the digits of each."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = []
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["picture", "digits"])
        for place in range(number):
            picture, digits = photo(np.random.default_rng([seed, place]))
            name = f"photo-{place:02}.{('jpg', 'png')[place % 2]}"
            picture.save(folder / name)
            writer.writerow([name, "".join(map(str, digits))])
            labels.append(digits)
    return labels


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:]))
