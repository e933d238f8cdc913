"""Files of datasets of one's own, and how they are loaded."""

import gzip
from pathlib import Path

import numpy as np
from PIL import Image

from study import datasets, prepared
from study.datasets import Loaded


def picture(file: Path, value: int = 100, mode: str = "L") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (30, 20), value if mode == "L" else (value, 0, 255)).save(file)


def folder(root: Path, counts: dict[str, int], split: str = "") -> Path:
    for label, (name, count) in enumerate(counts.items()):
        for number in range(count):
            picture(root / split / name / f"{number}.png", 20 * label + number)
    return root


def load(source: str, scratch: Path, path: Path, **options: object) -> Loaded:
    loaded = datasets.load(source, scratch, path=str(path), **options)
    prepared.check(loaded.arrays, loaded.class_names, source)
    return loaded


def counts(loaded: Loaded, split: str) -> list[int]:
    classes = len(loaded.class_names)
    return np.bincount(loaded.arrays[f"{split}_labels"], minlength=classes).tolist()


def arrays(tmp_path: Path, **stored: object) -> Path:
    np.savez(tmp_path / "a.npz", **stored)  # type: ignore[arg-type]
    return tmp_path / "a.npz"


def idx(file: Path, array: np.ndarray, packed: bool = False) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    content = header + array.astype(np.uint8).tobytes()
    file.write_bytes(gzip.compress(content) if packed else content)
